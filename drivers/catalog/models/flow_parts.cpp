#include "drivers/catalog/models/flow_parts.hpp"

#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/conv/conv_layout.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc::catalog {
namespace {

// Generation runs front to back: `first` makes the couplings start from a free field.
void add_linear_layers(BijectorFlow::Layers& layers, const Options& options, const System& system,
                       Index conditions) {
  const std::string& place = options.text("free_field");
  if (place != "none") {
    require_lattice(options, system, "free_field", "free_field = none");
    // A flow whose other layers are alike in all directions stays so.
    const bool is_isotropic = options.has("isotropic") && options.flag("isotropic");
    auto layer = std::make_unique<FreeFieldLayer>(
        system.extents, wave_orbits(system.extents, is_isotropic), conditions);
    layers.insert(place == "first" ? layers.begin() : layers.end(), std::move(layer));
  }
  if (options.flag("scaling"))
    layers.push_back(std::make_unique<ScalingLayer>(system.target->sites(), conditions));
}

}  // namespace

std::vector<OptionSpec> flow_options() {
  std::vector<OptionSpec> options{
      option::choice("symmetry", "none", {"none", "z2"}, "z2: q(x) and q(-x) mixed in equal parts"),
      option::choice("free_field", "none", {"none", "first", "last"},
                     "a Gaussian free-field layer before or after the others, in generation"),
      option::flag("scaling", "false", "a last layer with one learned scale per site"),
      option::choice("precision", "float", {"float", "double"}, "of the nets; all else is double"),
  };
  for (OptionSpec& range : flow_range_options()) options.push_back(std::move(range));
  return options;
}

std::vector<OptionSpec> odd_flow_options() {
  std::vector<OptionSpec> options = flow_options();
  for (OptionSpec& spec : options)
    if (spec.name == "symmetry")
      spec = option::choice("symmetry", "none", {"none", "odd", "z2"},
                            "odd: the map commutes with x -> -x; z2: q(x) and q(-x) mixed");
  return options;
}

ConvNetSpec read_conv_net(const Options& options) {
  ConvNetSpec net;
  net.channels.assign(static_cast<std::size_t>(options.integer("depth")),
                      static_cast<int>(options.integer("channels")));
  net.activation = read_activation(options);
  net.map = options.text("coupling") == "affine" ? ConvMap::affine : ConvMap::additive;
  net.is_odd = options.text("symmetry") == "odd";
  if (net.is_odd && net.activation != simd::Activation::tanh)
    options.fail("activation", fmt::format("symmetry = odd needs hidden units that are odd, and {} "
                                           "is not: take activation = tanh, or symmetry = z2",
                                           options.text("activation")));
  return net;
}

std::unique_ptr<Trainable> finish_flow(BijectorFlow::Layers layers, const Options& options,
                                       const System& system, std::uint64_t seed) {
  FlowConditions conditions = read_conditions(options, system);
  add_linear_layers(layers, options, system, std::ssize(conditions.ranges));
  const auto precision =
      options.text("precision") == "double" ? Precision::twice : Precision::single;
  auto flow =
      std::make_unique<BijectorFlow>(std::move(layers), precision, seed, std::move(conditions));
  if (options.text("symmetry") != "z2") return flow;  // odd: by the layers themselves
  const Index sites = flow->sites();
  return std::make_unique<SymmetrisedFlow>(std::move(flow), z2_group(sites));
}

std::vector<std::uint8_t> site_parity(const System& system) {
  std::vector<std::uint8_t> colours(static_cast<std::size_t>(system.target->sites()));
  for (std::size_t site = 0; site < colours.size(); ++site) {
    auto rest = static_cast<Index>(site);
    Index sum = 0;
    for (const Index extent : system.extents) {
      sum += rest % extent;
      rest /= extent;
    }
    colours[site] = static_cast<std::uint8_t>(sum % 2);
  }
  return colours;
}

}  // namespace nmc::catalog
