#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Trainable> make_kernel_flow(const Options& options, const System& system,
                                            std::uint64_t seed) {
  require_torus(options, system);
  if (system.periodic.is_triangular)
    options.fail("name",
                 "the point group of kernel_flow is that of a hypercubic lattice: use "
                 "conv_flow on a triangular one");
  KernelFieldShape shape;
  shape.extents = system.extents;
  shape.channels = static_cast<int>(options.integer("channels"));
  shape.harmonics = static_cast<int>(options.integer("harmonics"));
  shape.times = static_cast<int>(options.integer("times"));
  shape.steps = static_cast<int>(options.integer("steps"));
  shape.has_potential = options.flag("potential");
  FlowConditions conditions = read_conditions(options, system);
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<KernelFlow>(std::move(shape), std::ssize(conditions.ranges)));
  const auto precision =
      options.text("precision") == "double" ? Precision::twice : Precision::single;
  return std::make_unique<BijectorFlow>(std::move(layers), precision, seed, std::move(conditions));
}

}  // namespace

ModelEntry kernel_flow_entry() {
  ModelEntry entry;
  entry.name = "kernel_flow";
  entry.summary =
      "continuous flow by kernels and sines: translations, point group and x -> -x exact";
  entry.options = {
      option::integer("channels", "3", "[1, 256]", "pairs of kernels, with sines between them"),
      option::integer("harmonics", "4", "[1, 64]", "sines of each: of once, twice, ... its phase"),
      option::integer("times", "2", "[1, 64]", "Legendre polynomials of time of every weight"),
      option::integer("steps", "5", "[1, 1024]",
                      "Runge-Kutta steps in training; after it as many as ln q needs"),
      option::flag("potential", "false",
                   "the velocity is a gradient, as of a Monge-Ampere flow: half the kernels"),
      option::choice("precision", "float", {"float", "double"}, "of the flow; all else is double"),
  };
  for (OptionSpec& range : flow_range_options()) entry.options.push_back(std::move(range));
  entry.example = "[model]\nname = kernel_flow\n\n[train]\ngradient = path\n";
  entry.make = make_kernel_flow;
  return entry;
}

}  // namespace nmc::catalog
