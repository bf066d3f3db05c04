#include "drivers/catalog/samplers/angle_samplers.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "samplers/cluster/angle_wolff.hpp"
#include "samplers/local/local_angles.hpp"
#include "samplers/proposal/random_walk.hpp"

namespace nmc::catalog {
namespace {

/// Of a system whose couplings are known bond by bond.
const CoupledAngles& angle_couplings(const Options& options, const System& system) {
  if (system.coupled_angles == nullptr)
    options.fail("name", fmt::format("{} needs couplings that are known bond by bond, as of xy; {} "
                                     "says its energy alone: use {}metropolis",
                                     options.text("name"), system.name,
                                     system.target->is_differentiable() ? "hmc or " : ""));
  return *system.coupled_angles;
}

void refuse_keys(const Options& options, std::initializer_list<const char*> keys,
                 const std::string& why) {
  for (const char* key : keys)
    if (options.has(key) && options.is_given(key)) options.fail(key, key + (" " + why));
}

AngleStart read_angle_start(const Options& options) {
  return options.text("start") == "up" ? AngleStart::up : AngleStart::random;
}

std::unique_ptr<Sampler> make_walk(const Options& options, const System& system) {
  refuse_keys(options, {"start"},
              "is for single sites: all angles at once begin anywhere on the circle; leave it out");
  RandomWalkOptions walk;
  walk.width = options.real("width");
  walk.proposals = options.integer("proposals");
  if (options.is_given("target_acceptance"))
    walk.target_acceptance = options.real("target_acceptance");
  return std::make_unique<MetropolisHastings>(random_walk_sampler(*system.target, walk));
}

}  // namespace

SamplerParts make_angle_metropolis(const Options& options, const System& system) {
  refuse_keys(options, {"order", "start_width"},
              "is for spins or real numbers; angles are visited in site order and begin as start = "
              "random or up says");
  const std::string& update = options.text("update");
  if (update == "global" || (update == "auto" && system.coupled_angles == nullptr))
    return {nullptr, make_walk(options, system)};
  LocalAnglesOptions local;
  const CoupledAngles& angles = angle_couplings(options, system);
  local.sweeps = options.integer("proposals");
  if (options.real("width") > 0) local.width = options.real("width");
  if (options.is_given("target_acceptance"))
    local.target_acceptance = options.real("target_acceptance");
  local.start = read_angle_start(options);
  return {nullptr, std::make_unique<LocalAngles>(angles, local)};
}

SamplerParts make_angle_heat_bath(const Options& options, const System& system) {
  refuse_keys(options, {"order"}, "is for spins; angles are drawn in site order");
  LocalAnglesOptions local;
  local.rule = AngleRule::heat_bath;
  local.start = read_angle_start(options);
  return {nullptr, std::make_unique<LocalAngles>(angle_couplings(options, system), local)};
}

SamplerParts make_angle_wolff(const Options& options, const System& system) {
  const AngleWolffOptions wolff{options.integer("clusters"), read_angle_start(options)};
  return {nullptr, std::make_unique<AngleWolff>(angle_couplings(options, system), wolff)};
}

void check_angle_hmc(const Options& options, const System& system) {
  if (system.angles == nullptr) return;
  refuse_keys(options, {"start_width"}, "is for real numbers; angles begin anywhere on the circle");
  if (options.text("mass") != "unit")
    options.fail("mass", fmt::format("mass = {} is estimated from variances, which angles do not "
                                     "have: leave mass out",
                                     options.text("mass")));
}

namespace {

SamplerParts make_overrelaxation(const Options& options, const System& system, const Trainable*) {
  if (system.angles == nullptr)
    options.fail("name", fmt::format("overrelaxation reflects angles; {} has {}. Use metropolis or "
                                     "another sampler of that kind",
                                     system.name, in_words(system.target->support())));
  LocalAnglesOptions local;
  local.rule = AngleRule::overrelaxation;
  local.sweeps = options.integer("sweeps");
  local.start = read_angle_start(options);
  return {nullptr, std::make_unique<LocalAngles>(angle_couplings(options, system), local)};
}

}  // namespace

SamplerEntry overrelaxation_entry() {
  SamplerEntry entry;
  entry.name = "overrelaxation";
  entry.summary = "angles reflected about their neighbours' pull, part of a composition";
  entry.options = {option::integer("sweeps", "1", "[1, 1000000]", "sweeps per step"),
                   option::choice("start", "random", {"random", "up"}, "angles at the start")};
  entry.example = "[sampler]\nname = [heat_bath x 1, overrelaxation x 4]\nchains = 64\n";
  entry.incomplete =
      "overrelaxation keeps the energy of a configuration: compose it, name = [heat_bath x 1, "
      "overrelaxation x 4]";
  entry.make = make_overrelaxation;
  return entry;
}

}  // namespace nmc::catalog
