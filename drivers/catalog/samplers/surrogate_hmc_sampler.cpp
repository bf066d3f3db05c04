#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/samplers/hmc_options.hpp"
#include "drivers/catalog/samplers/learned_samplers.hpp"
#include "samplers/learned/surrogate_hmc.hpp"

namespace nmc::catalog {
namespace {

// Of 8 sites: 494 numbers; of 42 in pairs 1029.
constexpr Index kMostCompleteSites = 8, kMostPairSites = 42;

/// Of the system, of its field, or of the spins that the field is the dual of; empty without one,
/// and where random couplings differ from place to place.
std::vector<Index> torus_of(const System& system) {
  if (system.disorder != nullptr) return {};
  if (!system.periodic.extents.empty()) return system.periodic.extents;
  if (system.field != nullptr) return system.field->torus();
  if (system.auxiliary_spins != nullptr) return system.auxiliary_spins->graph().torus;
  return {};
}

std::string form_of(const Options& options, const System& system) {
  const std::string& asked = options.text("surrogate");
  if (asked != "auto") return asked;
  if (system.target->sites() <= kMostCompleteSites) return "complete";
  return torus_of(system).empty() ? "pairs" : "torus";
}

MonomialClasses read_monomials(const Options& options, const System& system) {
  const std::string form = form_of(options, system);
  const Index sites = system.target->sites();
  if (form != "torus" && options.is_given("range"))
    options.fail("range", fmt::format("range is of pairs on a torus, and surrogate = {} has all "
                                      "pairs: leave it out",
                                      form));
  const std::vector<Index> torus = torus_of(system);
  if (form == "torus" && torus.empty())
    options.fail("surrogate", fmt::format("surrogate = torus shares numbers between translations, "
                                          "and {} has none here: take pairs",
                                          system.name));
  if (form == "torus")
    return at_key(options, "range", [&] { return torus_quartic(torus, options.integer("range")); });
  const Index most = form == "complete" ? kMostCompleteSites : kMostPairSites;
  if (sites > most)
    options.fail("surrogate", fmt::format("surrogate = {} has too many numbers for {} sites, it "
                                          "goes to {}: {}use {}",
                                          form, sites, most, torus.empty() ? "" : "take torus, or ",
                                          local_samplers(system)));
  return form == "complete" ? complete_quartic(sites) : pair_quartic(sites);
}

SamplerParts make_surrogate_hmc(const Options& options, const System& system, const Trainable*) {
  if (system.target->support() != Support::real)
    options.fail("name",
                 fmt::format("surrogate_hmc moves real numbers; {} has {}. Use {}", system.name,
                             in_words(system.target->support()), local_samplers(system)));
  SurrogateHmcOptions surrogate;
  surrogate.hmc = read_hmc(options);
  surrogate.trajectories = options.integer("trajectories");
  surrogate.is_delayed = options.flag("delayed");
  if (!surrogate.is_delayed && surrogate.trajectories != 1)
    options.fail("trajectories",
                 "several trajectories are accepted one by one by the surrogate: "
                 "delayed = true, or trajectories = 1");
  auto sampler =
      std::make_unique<SurrogateHmc>(*system.target, read_monomials(options, system), surrogate);
  SamplerParts parts;
  parts.fitted = [walk = sampler.get()] {
    if (walk->misfit() < 0)
      return fmt::format("none of the {} numbers of the surrogate: warmup = 0",
                         walk->surrogate().size());
    return fmt::format("{} numbers of the surrogate, which leave {:.3g} (rms) of ln p",
                       walk->surrogate().size(), walk->misfit());
  };
  parts.sampler = std::move(sampler);
  return parts;
}

}  // namespace

SamplerEntry surrogate_hmc_entry() {
  SamplerEntry entry;
  entry.name = "surrogate_hmc";
  entry.summary =
      "HMC along the gradient of a polynomial that warm-up fits to ln p, accepted by ln p itself";
  entry.options = hmc_options();
  entry.options.push_back(option::choice(
      "surrogate", "auto", {"auto", "complete", "pairs", "torus"},
      "all products of four sites; powers and pairs; the same shared by translations"));
  entry.options.push_back(
      option::integer("range", "2", "[0, 1000]", "of pairs on a torus, in sites along every axis"));
  entry.options.push_back(option::integer("trajectories", "1", "[1, 1e6]",
                                          "of the surrogate for one energy of the system"));
  entry.options.push_back(
      option::flag("delayed", "true", "the surrogate accepts or rejects before the system does"));
  entry.example = "[sampler]\nname = surrogate_hmc\nchains = 64\n";
  entry.make = make_surrogate_hmc;
  return entry;
}

}  // namespace nmc::catalog
