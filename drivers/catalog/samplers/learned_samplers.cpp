#include "drivers/catalog/samplers/learned_samplers.hpp"

#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/read/read_order.hpp"
#include "samplers/learned/additive_map.hpp"
#include "samplers/learned/generalised_leapfrog.hpp"
#include "samplers/learned/learned_sampler.hpp"

namespace nmc::catalog {
namespace {

std::vector<OptionSpec> learning_options(const char* n_steps, const char* hidden) {
  return {
      option::integer("n_steps", n_steps, "[1, 100000]", "leapfrog steps per trajectory"),
      option::real("step_size", "0.1", "(0, inf)", "where the tuning of the step starts"),
      option::real("target_acceptance", "0.8", "(0, 1)", "of the trajectories it is tuned to"),
      option::choice("mass", "dense", {"unit", "diagonal", "dense"},
                     "of the coordinates in which the map learns"),
      option::integer("hidden", hidden, "[1, 4096]", "units of each of two hidden layers"),
      option::real("learning_rate", "0.002", "(0, 1]", "of Adam, at its start"),
      option::integer("updates", "4", "[1, 1000000]", "of the map after every learning step"),
      option::real("start_width", "1", "(0, inf)", "width of the normal starting configurations")};
}

LearningOptions read_learning(const Options& options) {
  LearningOptions learning;
  learning.hmc.n_steps = options.integer("n_steps");
  learning.hmc.step_size = options.real("step_size");
  learning.hmc.target_acceptance = options.real("target_acceptance");
  learning.hmc.start_width = options.real("start_width");
  const std::string& mass = options.text("mass");
  learning.hmc.mass = mass == "dense"      ? MassKind::dense
                      : mass == "diagonal" ? MassKind::diagonal
                                           : MassKind::unit;
  learning.learning_rate = options.real("learning_rate");
  learning.updates = options.integer("updates");
  return learning;
}

void require_smooth(const Options& options, const System& system) {
  if (system.target->support() != Support::real || !system.target->is_differentiable())
    options.fail("name", fmt::format("{} learns along the gradient of a density of real numbers; "
                                     "{} has {}. Use {}",
                                     options.text("name"), system.name,
                                     in_words(system.target->support()), local_samplers(system)));
}

SamplerParts make_l2hmc(const Options& options, const System& system, const Trainable*) {
  require_smooth(options, system);
  auto map = std::make_unique<GeneralisedLeapfrog>(
      GeneralisedLeapfrog::Shape{system.target->sites(), options.integer("n_steps"),
                                 static_cast<int>(options.integer("hidden"))});
  return {nullptr,
          std::make_unique<LearnedSampler>(*system.target, std::move(map), read_learning(options))};
}

SamplerParts make_a_nice(const Options& options, const System& system, const Trainable*) {
  require_smooth(options, system);
  AdditiveMap::Shape shape;
  shape.sites = system.target->sites();
  shape.shears = options.integer("shears");
  shape.hidden = static_cast<int>(options.integer("hidden"));
  shape.reflection = options.real("reflection");
  shape.is_radial = options.flag("radial");
  LearningOptions learning = read_learning(options);
  learning.warps = options.flag("warp");
  if (learning.warps && shape.sites > kMostWarpedSites)
    options.fail("warp", fmt::format("lengths are warped in at most {} dimensions, and {} has {}: "
                                     "leave warp out",
                                     kMostWarpedSites, system.name, shape.sites));
  return {nullptr, std::make_unique<LearnedSampler>(
                       *system.target, std::make_unique<AdditiveMap>(shape), learning)};
}

}  // namespace

std::vector<SamplerEntry> learned_samplers() {
  SamplerEntry l2hmc;
  l2hmc.name = "l2hmc";
  l2hmc.summary = "leapfrog with nets in every line, trained in warm-up to jump far (L2HMC)";
  l2hmc.options = learning_options("5", "10");
  l2hmc.example = "[sampler]\nname = l2hmc\nchains = 256\n";
  l2hmc.make = make_l2hmc;
  SamplerEntry a_nice;
  a_nice.name = "a_nice";
  a_nice.summary = "a map of positions and momenta of volume 1, trained in warm-up (A-NICE-MC)";
  a_nice.options = learning_options("10", "32");
  a_nice.options.push_back(option::integer("shears", "5", "[3, 1000]", "of the map"));
  a_nice.options.push_back(option::real("reflection", "2", "(0, inf)",
                                        "c of y' = -y - 2v/c, with which the training begins"));
  a_nice.options.push_back(option::flag(
      "radial", "false", "nets read distances from the mean too, and one output multiplies them"));
  a_nice.options.push_back(option::flag(
      "warp", "false", "the map learns where lengths are warped to those of a normal density"));
  a_nice.example = "[sampler]\nname = a_nice\nchains = 256\n";
  a_nice.make = make_a_nice;
  return {std::move(l2hmc), std::move(a_nice)};
}

}  // namespace nmc::catalog
