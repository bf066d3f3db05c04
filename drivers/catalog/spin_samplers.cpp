#include "drivers/catalog/spin_samplers.hpp"

#include <fmt/format.h>

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
  return local;
}

SamplerParts make_heat_bath(const Options& options, const System& system, const Trainable*) {
  if (system.spins == nullptr)
    options.fail("name", fmt::format("heat_bath draws spins given their neighbours; {} has real "
                                     "numbers. Use hmc or metropolis",
                                     system.name));
  return {nullptr, make_local_spins(options, system, LocalRule::heat_bath)};
}

}  // namespace

std::vector<OptionSpec> local_spin_options() {
  return {
      option::choice("order", "auto", {"auto", "colours", "sequential", "random"},
                     "of the sites in a sweep of spins; auto: colours where the graph has few"),
      option::choice("start", "random", {"random", "up"}, "spins at the start"),
  };
}

std::unique_ptr<Sampler> make_local_spins(const Options& options, const System& system,
                                          LocalRule rule, std::vector<double> betas) {
  try {
    return std::make_unique<LocalSpins>(*system.spins, read_local(options, rule), std::move(betas));
  } catch (const UserError& error) {
    options.fail("name", error.what());
  }
}

SamplerEntry heat_bath_entry() {
  SamplerEntry entry;
  entry.name = "heat_bath";
  entry.summary = "spins drawn given their neighbours, one after the other or colour by colour";
  entry.options = local_spin_options();
  entry.example = "[sampler]\nname = heat_bath\nchains = 512\n";
  entry.make = make_heat_bath;
  return entry;
}

}  // namespace nmc::catalog
