#include <fmt/format.h>

#include <limits>
#include <utility>

#include "drivers/catalog/samplers/cluster_samplers.hpp"
#include "samplers/cluster/boltzmann_cluster.hpp"

namespace nmc::catalog {
namespace {

SamplerParts make_boltzmann_cluster(const Options& options, const System& system,
                                    const Trainable*) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("boltzmann_cluster turns clusters of spins whose couplings "
                                     "are known one by one, and {} is none of them: use metropolis",
                                     system.name));
  BoltzmannClusterOptions machine;
  machine.W = options.real("W") > 0 ? options.real("W") : std::numeric_limits<double>::infinity();
  if (options.text("start") == "up") machine.start = SpinStart::up;
  if (!options.text("factor").empty()) machine.factor = options.real("factor");
  machine.has_fours = options.flag("plaquettes");
  if (machine.has_fours && system.spins->graph().plaquettes.empty())
    options.fail("plaquettes", fmt::format("plaquettes gives hidden units to terms of four spins, "
                                           "and {} has none: leave it out",
                                           system.name));
  try {
    auto sampler = std::make_unique<BoltzmannCluster>(*system.spins, machine);
    SamplerParts parts;
    if (is_tuned(sampler->tuning()))
      parts.fitted = [walk = sampler.get()] {
        return fmt::format("factor {:.5g} of the machine", walk->factor());
      };
    parts.sampler = std::move(sampler);
    return parts;
  } catch (const UserError& error) {
    options.fail("W", error.what());
  }
}

}  // namespace

SamplerEntry boltzmann_cluster_entry() {
  SamplerEntry entry;
  entry.name = "boltzmann_cluster";
  entry.summary = "clusters of a Boltzmann machine with a hidden unit for every bond (Wang 2017)";
  entry.options = {
      option::real("W", "0", "[0, inf)",
                   "of every unit, above the largest beta J; 0: infinite, which is swendsen_wang"),
      option::real("factor", "", "[0, inf)",
                   "couplings of the machine by those of the system; none: 1, fitted in warm-up "
                   "where there are fields or terms of four spins"),
      option::flag("plaquettes", "false",
                   "a hidden unit for every term of four spins, too: they reject nothing then"),
      option::choice("start", "random", {"random", "up"}, "spins at the start")};
  entry.example = "[sampler]\nname = boltzmann_cluster\nchains = 16\n";
  entry.make = make_boltzmann_cluster;
  return entry;
}

}  // namespace nmc::catalog
