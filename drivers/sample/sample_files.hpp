#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/archive/checkpoint.hpp"
#include "core/archive/provenance.hpp"
#include "drivers/sample/draw_parts.hpp"
#include "drivers/session/session.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {

/// Configurations kept since the last checkpoint, [kept, local chain, site].
using Kept = std::vector<double>;

/// A part of a composed sampler: steps of one chain, and CPU time of all ranks and threads.
struct SampledPart {
  std::string name;
  PartCost cost;
};

/// What sampling has cost so far, earlier starts included.
struct SamplingCost {
  archive::PhaseTime time;
  std::vector<SampledPart> parts{};
};

/// What a stopped sampling goes on from.
struct StoredSampling {
  SimulationState state;  ///< of this rank's chains
  DrawParts parts;        ///< the draws that are done
  SamplingCost cost;
};

/// The files of a running simulation: DIR/sample.h5, two generations of checkpoint with the state
/// of all chains, and DIR/parts, what was measured since the checkpoint before, one file each. All
/// calls are collective; rank 0 writes.
class SampleFiles {
 public:
  explicit SampleFiles(const Session& session)
      : session_(session), checkpoints_(session.directory().file("sample.h5")) {}

  /// Publishes the draws that the simulation holds and the state after them.
  void save(const Simulation& simulation, const Kept& kept, const SamplingCost& cost);
  /// The newest whole checkpoint, where there is one, with the draws before it; of the rows of this
  /// rank.
  [[nodiscard]] std::optional<StoredSampling> load(const SimulationOptions& options,
                                                   const Range& rows) const;

 private:
  /// A checkpoint and the whole parts before it.
  struct Place {
    DrawParts parts{};
    std::optional<archive::File> file{};
  };
  [[nodiscard]] Place find_place() const;
  void say(const std::string& message) const;
  [[nodiscard]] DrawParts::Poll poll() const;
  void write_part(Index first, const std::vector<std::string>& names,
                  const std::vector<Batch>& columns, const Batch& kept) const;

  const Session& session_;
  archive::Checkpoints checkpoints_;
};

/// Draws of every chain that the newest checkpoint of a directory holds, 0 without one.
[[nodiscard]] Index stored_draws(const OutputDirectory& directory);

/// The observables of the draws that a directory holds; none before the first draw.
[[nodiscard]] std::vector<std::string> measured_names(const OutputDirectory& directory);

}  // namespace nmc::drivers
