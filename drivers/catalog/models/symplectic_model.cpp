#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/symplectic/kick.hpp"
#include "models/flows/symplectic/oscillators.hpp"
#include "models/flows/symplectic/point_transform.hpp"
#include "models/flows/symplectic/rotation.hpp"
#include "models/symmetry/symmetrised_flow.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<Trainable> make_symplectic(const Options& options, const System& system,
                                           std::uint64_t seed) {
  require_reals(options, system);
  if (system.mass == 0)
    options.fail("name",
                 fmt::format("symplectic maps a phase space, and {} has positions alone: set "
                             "system.mass = 1, or use real_nvp",
                             system.name));
  FlowConditions conditions = read_conditions(options, system);
  const Index sites = system.target->sites(), inputs = std::ssize(conditions.ranges);
  KickSpec kick;
  kick.sites = sites;
  kick.hidden = static_cast<int>(options.integer("hidden"));
  kick.is_odd = options.text("symmetry") == "odd";
  kick.conditions = static_cast<int>(inputs);
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<OscillatorLayer>(sites, inputs));
  layers.push_back(std::make_unique<PointTransform>(sites, inputs));
  if (sites > 2) layers.push_back(std::make_unique<RotationLayer>(sites, inputs));
  for (Index step = 0; step < 2 * options.integer("leapfrogs"); ++step) {
    kick.is_drift = step % 2 == 1;
    layers.push_back(std::make_unique<KickLayer>(kick));
  }
  const auto precision =
      options.text("precision") == "double" ? Precision::twice : Precision::single;
  auto flow =
      std::make_unique<BijectorFlow>(std::move(layers), precision, seed, std::move(conditions));
  if (options.text("symmetry") != "z2") return flow;
  return std::make_unique<SymmetrisedFlow>(std::move(flow), z2_group(sites));
}

}  // namespace

ModelEntry symplectic_entry() {
  ModelEntry entry;
  entry.name = "symplectic";
  entry.summary = "canonical transformation of a phase space from oscillators: slow modes";
  entry.options = {
      option::integer("leapfrogs", "2", "[0, 1000]",
                      "kicks and drifts after the linear map; 0: none, a Gaussian"),
      option::integer("hidden", "16", "[1, 4096]", "hidden units of each kick and drift"),
      option::choice("symmetry", "none", {"none", "odd", "z2"},
                     "odd: the map commutes with x -> -x; z2: q(x) and q(-x) mixed"),
      option::choice("precision", "double", {"float", "double"}, "of the flow; all else is double"),
  };
  for (OptionSpec& range : flow_range_options()) entry.options.push_back(std::move(range));
  entry.example = "[model]\nname = symplectic\nleapfrogs = 2\n\n[train]\ngradient = path\n";
  entry.make = make_symplectic;
  return entry;
}

}  // namespace nmc::catalog
