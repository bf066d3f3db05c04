#include "drivers/catalog/samplers/spin_samplers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/samplers/angle_samplers.hpp"
#include "drivers/catalog/samplers/label_samplers.hpp"
#include "samplers/local/local_energies.hpp"

namespace nmc::catalog {
namespace {

LocalSpinsOptions read_local(const Options& options, LocalRule rule) {
  LocalSpinsOptions local;
  local.rule = rule;
  const std::string& order = options.text("order");
  if (order == "colours") local.order = SiteOrder::colours;
  if (order == "sequential") local.order = SiteOrder::sequential;
  if (order == "random") local.order = SiteOrder::random;
  if (options.text("start") == "up") local.start = SpinStart::up;
  if (options.has("chains")) local.rows = options.integer("chains");
  return local;
}

SamplerParts make_heat_bath(const Options& options, const System& system, const Trainable*) {
  if (system.spin_energies != nullptr)
    return make_local_energies(options, system, LocalRule::heat_bath);
  if (system.labels != nullptr) return make_local_labels(options, system, LocalRule::heat_bath);
  if (system.angles != nullptr) return make_angle_heat_bath(options, system);
  if (system.spins == nullptr)
    options.fail("name", fmt::format("heat_bath draws spins or labels given their neighbours; {} "
                                     "has {}. Use hmc or metropolis",
                                     system.name, in_words(system.target->support())));
  return {nullptr, make_local_spins(options, system, LocalRule::heat_bath)};
}

}  // namespace

std::vector<OptionSpec> local_spin_options() {
  return {
      option::choice("order", "auto", {"auto", "colours", "sequential", "random"},
                     "of the sites in a sweep; auto: colours where the graph has few"),
      option::choice("start", "random", {"random", "up"}, "at the start; up: labels and angles 0"),
  };
}

std::unique_ptr<Sampler> make_local_spins(const Options& options, const System& system,
                                          LocalRule rule, std::vector<double> betas) {
  try {
    LocalSpinsOptions local = read_local(options, rule);
    local.rows *= std::max<Index>(1, std::ssize(betas));
    return std::make_unique<LocalSpins>(*system.spins, local, std::move(betas));
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

SamplerParts make_local_energies(const Options& options, const System& system, LocalRule rule) {
  const std::string& order = options.text("order");
  if (order == "colours")
    options.fail("order", fmt::format("colours are of spins whose couplings are known one by one, "
                                      "and {} is known by its energies: leave order out",
                                      system.name));
  LocalEnergiesOptions local;
  local.rule = rule;
  local.is_sequential = order == "sequential" || (order == "auto" && rule == LocalRule::heat_bath);
  if (options.text("start") == "up") local.start = SpinStart::up;
  return at_key(options, "order", [&] {
    auto sampler = std::make_unique<LocalEnergies>(*system.spin_energies, local);
    SamplerParts parts;
    parts.transitions = [walk = sampler.get()] { return walk->transitions(); };
    parts.sampler = std::move(sampler);
    return parts;
  });
}

SamplerEntry heat_bath_entry() {
  SamplerEntry entry;
  entry.name = "heat_bath";
  entry.summary =
      "spins, labels or angles drawn given their neighbours, one by one or colour by colour";
  entry.options = local_spin_options();
  entry.example = "[sampler]\nname = heat_bath\nchains = 512\n";
  entry.make = make_heat_bath;
  return entry;
}

}  // namespace nmc::catalog
