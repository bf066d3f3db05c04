#include "drivers/catalog/samplers/cluster_samplers.hpp"

#include <fmt/format.h>

#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/samplers/angle_samplers.hpp"
#include "drivers/catalog/samplers/label_samplers.hpp"
#include "samplers/cluster/field_cluster.hpp"
#include "samplers/cluster/houdayer.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/cluster/wolff.hpp"

namespace nmc::catalog {
namespace {

OptionSpec start_option(const char* standard = "random") {
  return option::choice("start", standard, {"random", "up"}, "spins at the start; up: labels 0");
}

SpinStart read_start(const Options& options) {
  return options.text("start") == "up" ? SpinStart::up : SpinStart::random;
}

const SpinTarget& spins_of(const Options& options, const System& system) {
  if (system.spin_energies != nullptr)
    options.fail("name", fmt::format("{} needs the couplings one by one, and {} is known by its "
                                     "energies alone: use metropolis or heat_bath, or give its "
                                     "couplings by SpinGraphHamiltonian",
                                     options.text("name"), system.name));
  if (system.spins == nullptr)
    options.fail("name",
                 fmt::format("{} turns clusters of spins; {} has {}. Use {}", options.text("name"),
                             system.name, in_words(system.target->support()),
                             system.pairs != nullptr   ? "wolff or swendsen_wang"
                             : system.field != nullptr ? "[metropolis x 1, phi4_cluster x 1]"
                                                       : local_samplers(system)));
  return *system.spins;
}

SamplerParts make_wolff(const Options& options, const System& system, const Trainable*) {
  if (system.labels != nullptr) return make_label_wolff(options, system);
  if (system.angles != nullptr) return make_angle_wolff(options, system);
  const SpinTarget& spins = spins_of(options, system);
  const WolffOptions wolff{options.integer("clusters"), read_start(options)};
  try {
    return {nullptr, std::make_unique<Wolff>(spins, wolff)};
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

SamplerParts make_swendsen_wang(const Options& options, const System& system, const Trainable*) {
  if (system.labels != nullptr) return make_label_swendsen_wang(options, system);
  const SpinTarget& spins = spins_of(options, system);
  try {
    return {nullptr, std::make_unique<SwendsenWang>(spins, read_start(options))};
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

SamplerEntry wolff_entry() {
  SamplerEntry entry;
  entry.name = "wolff";
  entry.summary = "single clusters of spins, labels or angles, fields through a ghost spin";
  // From order the first clusters hold nearly all spins, from disorder next to none.
  entry.options = {option::integer("clusters", "0", "[0, 1e9]",
                                   "clusters per step, in warm-up as many as turn N spins; 0: so "
                                   "after it too"),
                   start_option("up")};
  entry.example = "[sampler]\nname = wolff\nchains = 16\n";
  entry.make = make_wolff;
  return entry;
}

SamplerEntry swendsen_wang_entry() {
  SamplerEntry entry;
  entry.name = "swendsen_wang";
  entry.summary = "all clusters of spins or labels at once (Swendsen and Wang 1987)";
  entry.options = {start_option()};
  entry.example = "[sampler]\nname = swendsen_wang\nchains = 16\n";
  entry.make = make_swendsen_wang;
  return entry;
}

SamplerParts make_phi4_cluster(const Options& options, const System& system, const Trainable*) {
  if (system.field == nullptr)
    options.fail("name", fmt::format("phi4_cluster turns clusters of a lattice field; {} is none. "
                                     "Use {}",
                                     system.name, local_samplers(system)));
  FieldClusterOptions cluster;
  cluster.clusters = options.integer("clusters");
  cluster.start_width = options.real("start_width");
  return {nullptr, std::make_unique<FieldCluster>(*system.field, cluster)};
}

SamplerParts make_houdayer(const Options& options, const System& system, const Trainable*) {
  return {nullptr, std::make_unique<Houdayer>(spins_of(options, system), read_start(options))};
}

SamplerEntry phi4_cluster_entry() {
  SamplerEntry entry;
  entry.name = "phi4_cluster";
  entry.summary = "clusters of the signs of phi^4 (Brower and Tamayo 1989), part of a composition";
  entry.options = {
      option::integer("clusters", "1", "[1, 1e9]", "clusters per step"),
      option::real("start_width", "1", "(0, inf)", "width of the normal starting configurations")};
  entry.example = "[sampler]\nname = [metropolis x 1, phi4_cluster x 1]\nchains = 64\n";
  entry.incomplete =
      "phi4_cluster turns signs and leaves all moduli as they are: compose it, name = "
      "[metropolis x 1, phi4_cluster x 1]";
  entry.make = make_phi4_cluster;
  return entry;
}

SamplerEntry houdayer_entry() {
  SamplerEntry entry;
  entry.name = "houdayer";
  entry.summary = "swaps of clusters between two replicas (Houdayer 2001), part of a composition";
  entry.options = {start_option()};
  entry.example = "[sampler]\nname = [metropolis x 10, houdayer x 1]\nchains = 64\n";
  entry.incomplete =
      "houdayer swaps clusters between two replicas and keeps the sum of their energies: compose "
      "it, name = [metropolis x 10, houdayer x 1]";
  entry.make = make_houdayer;
  return entry;
}

}  // namespace

std::vector<SamplerEntry> cluster_samplers() {
  return {wolff_entry(),          swendsen_wang_entry(), phi4_cluster_entry(),     houdayer_entry(),
          overrelaxation_entry(), self_learning_entry(), boltzmann_cluster_entry()};
}

}  // namespace nmc::catalog
