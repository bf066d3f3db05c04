#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/fields/lattice_field.hpp"
#include "core/options/options.hpp"
#include "core/roles/conditionals.hpp"
#include "core/interfaces.hpp"
#include "core/roles/latent.hpp"
#include "core/roles/spin_target.hpp"
#include "physics/exact/exact.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"

/// What the catalogue knows about one name of a job file.
namespace nmc::catalog {

/// The part that `nmc list` and `nmc describe` print, the same for every kind.
struct Entry {
  std::string name;
  std::string summary;              ///< one line
  std::vector<OptionSpec> options;  ///< keys of its section, `name` aside
  std::string example;              ///< lines of a job file
};

/// A target with what belongs to it. Observables and `auxiliary` point into it.
struct System {
  std::string name;
  std::string summary;         ///< "8x8 torus, 128 bonds, beta 0.44068679"
  std::vector<Index> extents;  ///< of the lattice, x first; (sites) where there is none known
  double beta = 1;
  std::unique_ptr<const Target> target{};
  const AuxiliaryField* auxiliary = nullptr;            ///< null where there is none
  std::unique_ptr<const SpinTarget> auxiliary_spins{};  ///< the spins of that field
  const SpinTarget* spins = nullptr;    ///< the target itself where it is made of spins
  const LatticeField* field = nullptr;  ///< the target itself where it is a local field
  /// Whether the density is exp(-beta E) with E the observable `energy`, so that -<E> is
  /// dlnZ/dbeta.
  bool is_boltzmann = false;
  /// The lattice of the configurations where plane waves are its modes, for correlation functions.
  Periodic periodic{};
  bool has_lattice = false;      ///< whether `extents` are those of a lattice
  std::string lattice_advice{};  ///< how the system could come by one; may be empty
  /// Couplings that the keys of [system] do not spell out, random or from a file: a result holds
  /// them. Null where there are none.
  const Graph* disorder = nullptr;
  Observables observables{};
  std::vector<Derived> derived{};
  std::vector<std::string> default_observables{};
  /// Observables whose means are known whatever the parameters are, with these means.
  std::vector<std::pair<std::string, double>> identities{};
  /// Within the effort given; {} is what a report may spend.
  std::function<ExactAnswer(const ExactEffort&)> exact{};
  /// The same system at another inverse temperature; empty where the job's system has no beta.
  std::function<std::unique_ptr<System>(double beta)> at_beta{};
};

/// Observables of a density over real numbers; lp is among the statistics of every sampler already.
[[nodiscard]] Observables field_observables(const Target& target);

struct SystemEntry : Entry {
  std::function<System(const Options&)> make;
  /// The target alone at another inverse temperature, for annealing; empty where there is no beta.
  std::function<std::unique_ptr<Target>(const Options&, double beta)> at_beta;
};

/// A system as its entry makes it, with at_beta where it has a key beta.
[[nodiscard]] System make_system(const SystemEntry& entry, const Options& options);

struct ModelEntry : Entry {
  /// The system's sites and extents are what a layout needs; `seed` draws the weights.
  std::function<std::unique_ptr<Trainable>(const Options&, const System&, std::uint64_t seed)> make;
};

/// A sampler with what it walks on.
struct SamplerParts {
  std::unique_ptr<const LatentDensity> latent;  ///< of samplers that walk in a latent space
  std::unique_ptr<Sampler> sampler;
  /// What to say where it is to run alone though, as its options are, it leaves something unmoved.
  std::string incomplete{};
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
