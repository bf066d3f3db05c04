#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/autoregressive/bend_layer.hpp"

namespace nmc::catalog {
namespace {

/// The sites as the nets read them.
std::vector<int> read_flow_order(const Options& options, const System& system) {
  const std::vector<Index> order =
      read_order(options, PatchGrid{system.extents, {}}, system.target->sites());
  return {order.begin(), order.end()};
}

bool has_scale_net(const Options& options) {
  const std::string& wanted = options.text("log_scale");
  const bool is_linear = options.integer("depth") == 0;
  if (wanted == "network" && is_linear)
    options.fail("log_scale",
                 "log_scale = network needs a hidden layer, and depth = 0 has none: set depth to 1 "
                 "or more, or log_scale = site");
  return wanted == "network" || (wanted == "auto" && !is_linear);
}

AutoregressiveSpec read_block(const Options& options, const System& system) {
  const Index sites = system.target->sites();
  AutoregressiveSpec spec;
  spec.order = read_flow_order(options, system);
  spec.has_scale_net = has_scale_net(options);
  refuse_unused_units(options);
  const Index depth = options.integer("depth");
  const Index asked = options.integer("hidden");
  const Index width = asked == 0 ? 2 * sites : asked;
  for (Index l = 0; l < depth; ++l) spec.degrees.push_back(even_degrees(sites, width));
  spec.activation = read_activation(options);
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  return spec;
}

std::unique_ptr<Trainable> make_regression(bool is_inverse, const Options& options,
                                           const System& system, std::uint64_t seed) {
  require_reals(options, system);
  require(system.target->sites() >= 2,
          fmt::format("{} needs at least two sites", options.text("name")));
  AutoregressiveSpec block = read_block(options, system);
  block.is_inverse = is_inverse;
  BijectorFlow::Layers layers;
  for (Index k = 0; k < options.integer("blocks"); ++k) {
    layers.push_back(std::make_unique<AutoregressiveLayer>(block));
    if (options.flag("bends")) {
      layers.push_back(std::make_unique<BendLayer>(system.target->sites(), block.conditions));
      layers.push_back(std::make_unique<AutoregressiveLayer>(block));
    }
    if (options.flag("reverse")) std::ranges::reverse(block.order);
  }
  return finish_flow(std::move(layers), options, system, seed);
}

ModelEntry regression_entry(const std::string& name, const std::string& summary, bool is_inverse) {
  ModelEntry entry;
  entry.name = name;
  entry.summary = summary;
  entry.options = {
      option::integer("hidden", "0", "[0, 1e6]",
                      "units of a hidden layer, spread over the sites; 0: two for each site"),
      option::integer("depth", "1", "[0, 16]", "hidden layers of each net; 0: a linear one"),
      option::integer("blocks", "2", "[1, 1000]", "autoregressive maps, one after the other"),
      option::flag("reverse", "true", "every other block takes the sites in reversed order"),
      option::flag("bends", "false",
                   "each block twice, and a bend of every site between: no Gaussian conditionals"),
      order_option(),
      option::choice("log_scale", "auto", {"auto", "network", "site"},
                     "network: of the sites before; site: one number each; auto: network if deep"),
      option::choice("activation", "elu", {"elu", "tanh", "softplus"}, "of the hidden layers"),
  };
  for (OptionSpec& shared : flow_options()) entry.options.push_back(std::move(shared));
  entry.example = "[model]\nname = " + name + "\nblocks = 2\nbends = true\nsymmetry = z2\n";
  entry.make = [is_inverse](const Options& options, const System& system, std::uint64_t seed) {
    return make_regression(is_inverse, options, system, seed);
  };
  return entry;
}

}  // namespace

std::vector<ModelEntry> autoregressive_flows() {
  return {
      regression_entry("maf", "masked autoregressive flow: each site given those before it", false),
      regression_entry("iaf", "inverse autoregressive flow: maf with its directions exchanged",
                       true)};
}

}  // namespace nmc::catalog
