#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/latent/dependence.hpp"
#include "drivers/latent/effective.hpp"
#include "drivers/latent/explained.hpp"
#include "drivers/latent/hmc_traces.hpp"
#include "drivers/latent/level_pass.hpp"
#include "drivers/latent/receptive_fields.hpp"
#include "drivers/latent/walks.hpp"

namespace nmc::drivers::latent {

/// What is asked of a network.
struct Request {
  Index draws = 4096;  ///< of the flow, and of exact configurations
  std::uint64_t seed = 1;
  bool traces = false;  ///< HMC in both spaces as well
  bool walks = false;   ///< along latent variables and between configurations as well
  std::string input{};  ///< configurations of a file in place of the classical sampler's
};

/// All that is found; text, JSON, file and page render it.
struct Report {
  std::string title;           ///< the network and what it is for
  std::string model;           ///< path
  std::vector<Index> extents;  ///< of the lattice; (sites) where there is none
  Index branches = 1;          ///< of a mixture: images of the flow under its symmetry
  LatentMap map;
  LevelPass pass;
  std::optional<ReceptiveFields> fields;  ///< none of more than kMostFields variables
  std::string origin;                     ///< of the exact configurations; "" without a target
  std::optional<Dependence> dependence;
  std::optional<Explained> explained;
  std::optional<Effective> effective;
  std::optional<Walks> walks;      ///< none unless asked for
  std::vector<HmcTrace> traces;    ///< physical and latent HMC; none unless asked for
  std::vector<std::string> notes;  ///< what a reader must know, and what is left out and why
};

/// UserError for too few draws, with the number needed.
[[nodiscard]] Report make_report(const Source& source, const Request& request,
                                 const Threads& threads);

/// Tables of at most 80 columns.
[[nodiscard]] std::string report_text(const Report& report);
/// An object a line: the network, each level, each pair of level and distance.
[[nodiscard]] std::string report_json(const Report& report);
/// The groups latents, levels, receptive, information, effective, walks, traces and, with its
/// attributes, the root.
void write_report(archive::File& file, const Report& report);

}  // namespace nmc::drivers::latent
