#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/conv/conv_layout.hpp"

namespace nmc::catalog {
namespace {

ConvSpec read_spec(const Options& options, const System& system) {
  ConvSpec spec;
  spec.extents = system.extents;
  spec.kernel = static_cast<int>(options.integer("kernel"));
  spec.is_isotropic = options.flag("isotropic");
  if (spec.is_isotropic && system.periodic.is_triangular)
    options.fail("isotropic",
                 "the directions of a triangular lattice are not those of the kernels: "
                 "leave isotropic out");
  spec.net = read_conv_net(options);
  return spec;
}

std::unique_ptr<Trainable> make_conv_flow(const Options& options, const System& system,
                                          std::uint64_t seed) {
  require_torus(options, system);
  ConvSpec spec = read_spec(options, system);
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  auto layers =
      at_key(options, "kernel", [&] { return conv_layers(spec, options.integer("couplings")); });
  return finish_flow(std::move(layers), options, system, seed);
}

}  // namespace

ModelEntry conv_flow_entry() {
  ModelEntry entry;
  entry.name = "conv_flow";
  entry.summary =
      "couplings by periodic convolutions, checkerboard masks, lattices of any dimension";
  entry.options = {
      option::integer("kernel", "3", "[3, 31]", "width of the kernels, odd, in every direction"),
      option::integer("channels", "8", "[1, 1024]", "of the hidden layers"),
      option::integer("depth", "2", "[1, 16]", "hidden layers of each net"),
      option::integer("couplings", "8", "[1, 1000]", "the two colours by turns"),
      option::choice("coupling", "affine", {"affine", "additive"}, "how a site is moved"),
      option::choice("activation", "tanh", {"elu", "tanh", "softplus"}, "of the hidden layers"),
      option::flag("isotropic", "false", "kernels alike in all directions: q has the point group"),
  };
  for (OptionSpec& spec : odd_flow_options()) entry.options.push_back(std::move(spec));
  entry.example = "[model]\nname = conv_flow\nsymmetry = odd\nfree_field = last\n";
  entry.make = make_conv_flow;
  return entry;
}

}  // namespace nmc::catalog
