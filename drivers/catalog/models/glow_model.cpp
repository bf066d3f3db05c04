#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/conv/glow_layout.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Trainable> make_glow(const Options& options, const System& system,
                                     std::uint64_t seed) {
  require_torus(options, system);
  GlowSpec spec;
  spec.extents = system.extents;
  spec.levels = static_cast<int>(options.integer("levels"));
  spec.steps = static_cast<int>(options.integer("repeat"));
  spec.kernel = static_cast<int>(options.integer("kernel"));
  spec.net = read_conv_net(options);
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  const char* const key = spec.levels > most_levels(spec.extents) ? "levels" : "kernel";
  auto layers = at_key(options, key, [&] { return glow_layers(spec, seed); });
  return finish_flow(std::move(layers), options, system, seed);
}

}  // namespace

ModelEntry glow_entry() {
  ModelEntry entry;
  entry.name = "glow";
  entry.summary = "Glow: squeezes, actnorm, invertible 1x1 convolutions and couplings of channels";
  entry.options = {
      option::integer("levels", "0", "[0, 30]", "how many scales; 0 takes all that can be halved"),
      option::integer("repeat", "4", "[1, 100]",
                      "steps of a level: actnorm, 1x1 convolution and coupling"),
      option::integer("kernel", "3", "[3, 31]", "width of the kernels, odd, in every direction"),
      option::integer("channels", "8", "[1, 1024]", "of the hidden layers"),
      option::integer("depth", "2", "[1, 16]", "hidden layers of each net"),
      option::choice("coupling", "affine", {"affine", "additive"}, "how a number is moved"),
      option::choice("activation", "tanh", {"elu", "tanh", "softplus"}, "of the hidden layers"),
  };
  for (OptionSpec& spec : odd_flow_options()) entry.options.push_back(std::move(spec));
  entry.example = "[model]\nname = glow\nsymmetry = odd\nfree_field = last\n";
  entry.make = make_glow;
  return entry;
}

}  // namespace nmc::catalog
