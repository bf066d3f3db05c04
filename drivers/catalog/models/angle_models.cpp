#include <fmt/format.h>

#include <utility>

#include "core/fields/coupled_angles.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/spline/circular_layout.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc::catalog {
namespace {

/// Whether the nets see differences alone.
bool reads_rotations(const Options& options, const System& system) {
  const bool has_couplings = system.coupled_angles != nullptr;
  const bool has_field = has_couplings && system.coupled_angles->couplings().has_field;
  const std::string& wanted = options.text("rotations");
  if (wanted == "true" && has_field)
    options.fail("rotations", fmt::format("the fields h of {} single out a direction, which a "
                                          "network with rotations = true cannot learn: leave "
                                          "rotations out",
                                          system.name));
  return wanted == "true" || (wanted == "auto" && has_couplings && !has_field);
}

std::unique_ptr<Trainable> make_circular_spline(const Options& options, const System& system,
                                                std::uint64_t seed) {
  require_angles(options, system);
  CircularSpec net;
  net.bins = static_cast<int>(options.integer("bins"));
  net.is_invariant = reads_rotations(options, system);
  net.hidden.assign(static_cast<std::size_t>(options.integer("depth")),
                    static_cast<int>(options.integer("hidden")));
  net.activation = read_activation(options);
  net.precision = options.text("precision") == "double" ? Precision::twice : Precision::single;
  CircularLayout layout;
  layout.extents = system.extents;
  layout.couplings = options.integer("couplings");
  layout.reach = options.integer("reach");
  if (layout.reach > 0) require_lattice(options, system, "reach", "reach = 0");
  auto layers = at_key(options, "reach", [&] { return circular_layers(layout, net); });
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, seed);
  if (options.text("symmetry") == "none") return flow;
  const Index sites = flow->sites();
  return std::make_unique<SymmetrisedFlow>(std::move(flow), z2_group(sites));
}

}  // namespace

ModelEntry circular_spline_entry() {
  ModelEntry entry;
  entry.name = "circular_spline";
  entry.summary = "angles: couplings by rational-quadratic splines of the circle";
  entry.options = {
      option::integer("hidden", "32", "[1, 4096]", "width of the hidden layers"),
      option::integer("depth", "2", "[1, 16]", "hidden layers of each net"),
      option::integer("couplings", "8", "[1, 1000]", "couplings, even and odd sites by turns"),
      option::integer("bins", "8", "[2, 64]", "bins of each spline"),
      option::integer("reach", "0", "[0, 64]",
                      "bonds that a net sees around its angle; 0: one net for all angles"),
      option::choice("activation", "elu", {"elu", "tanh", "softplus"}, "of the hidden layers"),
      option::choice("rotations", "auto", {"auto", "true", "false"},
                     "q is the same after a rotation of all angles; auto: where H is"),
      option::choice("symmetry", "none", {"none", "z2"}, "z2: q(x) and q(-x) mixed in equal parts"),
      option::choice("precision", "float", {"float", "double"}, "of the nets; all else is double"),
  };
  entry.example = "[model]\nname = circular_spline\nhidden = 32\ncouplings = 8\nsymmetry = z2\n";
  entry.make = make_circular_spline;
  return entry;
}

}  // namespace nmc::catalog
