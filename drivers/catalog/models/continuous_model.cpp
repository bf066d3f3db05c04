#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Trainable> make_continuous_flow(const Options& options, const System& system,
                                                std::uint64_t seed) {
  require_reals(options, system);
  FlowConditions conditions = read_conditions(options, system);
  refuse_unused_units(options);
  ContinuousSpec spec;
  spec.sites = system.target->sites();
  spec.hidden.assign(static_cast<std::size_t>(options.integer("depth")),
                     static_cast<int>(options.integer("hidden")));
  spec.activation =
      options.text("activation") == "tanh" ? simd::Activation::tanh : simd::Activation::softplus;
  spec.steps = static_cast<int>(options.integer("steps"));
  spec.conditions = static_cast<int>(conditions.ranges.size());
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ContinuousFlow>(std::move(spec)));
  const auto precision =
      options.text("precision") == "double" ? Precision::twice : Precision::single;
  return std::make_unique<BijectorFlow>(std::move(layers), precision, seed, std::move(conditions));
}

}  // namespace

ModelEntry continuous_flow_entry() {
  ModelEntry entry;
  entry.name = "continuous_flow";
  entry.summary = "continuous flow of real numbers along a dense net, its divergence exact";
  entry.options = {
      option::integer("hidden", "64", "[1, 4096]", "width of the hidden layers"),
      option::integer("depth", "3", "[0, 16]", "hidden layers of the velocity; 0: a linear one"),
      option::choice("activation", "tanh", {"tanh", "softplus"}, "of the hidden layers"),
      option::integer("steps", "8", "[1, 1024]",
                      "Runge-Kutta steps in training; after it as many as ln q needs"),
      option::choice("precision", "float", {"float", "double"}, "of the flow; all else is double"),
  };
  for (OptionSpec& range : flow_range_options()) entry.options.push_back(std::move(range));
  entry.example = "[model]\nname = continuous_flow\nhidden = 64\ndepth = 3\n";
  entry.make = make_continuous_flow;
  return entry;
}

}  // namespace nmc::catalog
