#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/interfaces.hpp"
#include "core/options/options.hpp"
#include "core/roles/latent.hpp"
#include "drivers/catalog/entries/system_family.hpp"
#include "physics/system.hpp"

namespace nmc {
class Tempering;
}

/// What the catalogue knows about one name of a job file.
namespace nmc::catalog {

/// The part that `nmc list` and `nmc describe` print, the same for every kind.
struct Entry {
  std::string name;
  std::string summary;              ///< one line
  std::vector<OptionSpec> options;  ///< keys of its section, `name` aside
  std::string example;              ///< lines of a job file
  std::string origin{};             ///< what added it, "this program"; empty: nmc's own
};

/// Observables of a density over real numbers; lp is among the statistics of every sampler already.
[[nodiscard]] Observables field_observables(const Target& target);

struct SystemEntry : Entry {
  std::function<System(const Options&)> make;
  /// The target alone at other conditions; empty where there are none.
  MakeFamily family;
};

struct ModelEntry : Entry {
  /// The system's sites and extents are what a layout needs; `seed` draws the weights.
  std::function<std::unique_ptr<Trainable>(const Options&, const System&, std::uint64_t seed)> make;
  bool is_trained = true;  ///< false: made from the system as it is, without weights
};

/// A network of spins, drawn one after the other.
struct SpinModelEntry : Entry {
  /// As ModelEntry::make.
  std::function<std::unique_ptr<Autoregressive>(const Options&, const System&, std::uint64_t seed)>
      make;
  bool is_trained = true;  ///< as ModelEntry::is_trained
};

/// A sampler with what it walks on.
struct SamplerParts {
  std::unique_ptr<const LatentDensity> latent;  ///< of samplers that walk in a latent space
  std::unique_ptr<Sampler> sampler;
  /// What to say where it is to run alone though, as its options are, it leaves something unmoved.
  std::string incomplete{};
  const Tempering* tempering = nullptr;  ///< the sampler where it is a ladder of temperatures
  bool keeps_log_q = true;  ///< whether a sampler that draws from a network ends with ln q of its x
  /// What warm-up has fitted, in words: "J1 1.1204 of its bonds"; empty where there is none.
  std::function<std::string()> fitted{};
  /// P(state, state') of a step over all states (core/roles/all_states.hpp), of samplers that can
  /// say it; it reads sampler and target, which must live. Empty where there is none.
  std::function<Eigen::MatrixXd()> transitions{};
};

struct SamplerEntry : Entry {
  bool needs_model = false;
  /// Whether the sampler cannot move where the network is poor, so that its results need the
  /// network's importance ESS to be believed.
  bool rests_on_proposals = false;
  /// Throws UserError where the sampler cannot work on this system; `model` is null unless needed.
  std::function<SamplerParts(const Options&, const System&, Trainable* model)> make;
  /// What to say where the sampler is to run alone though it leaves something unmoved, with the
  /// composition to write; empty where it may.
  std::string incomplete{};
  /// Whether it walks in the latent space of a network of one temperature, so that it cannot be
  /// tempered.
  bool is_latent = false;
  /// Whether the key `inner` names another sampler, whose keys then belong to this one's too.
  bool has_inner = false;
};

}  // namespace nmc::catalog
