#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/spline/spline_coupling.hpp"

namespace nmc::catalog {
namespace {

/// An affine coupling of the same sites as a spline, which takes numbers of any size to its bound.
std::unique_ptr<Bijector> affine_beside(const SplineSpec& spline) {
  CouplingSpec spec;
  spec.sites = spline.sites;
  spec.patches.emplace_back(static_cast<std::size_t>(spline.sites));
  std::iota(spec.patches[0].begin(), spec.patches[0].end(), 0);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(spline.sites), 1);
  for (const int site : spline.moved) mask[static_cast<std::size_t>(site)] = 0;
  spec.masks.push_back(std::move(mask));
  spec.hidden = spline.hidden;
  spec.activation = spline.activation;
  spec.conditions = spline.conditions;
  return std::make_unique<CouplingLayer>(std::move(spec));
}

std::unique_ptr<Trainable> make_neural_spline(const Options& options, const System& system,
                                              std::uint64_t seed) {
  require_reals(options, system);
  SplineSpec spec;
  spec.sites = system.target->sites();
  require(spec.sites >= 2, "neural_spline needs at least two sites");
  spec.bins = static_cast<int>(options.integer("bins"));
  spec.bound = options.real("bound");
  spec.hidden.assign(static_cast<std::size_t>(options.integer("depth")),
                     static_cast<int>(options.integer("hidden")));
  spec.activation = read_activation(options);
  spec.precision = options.text("precision") == "double" ? Precision::twice : Precision::single;
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  const std::vector<std::uint8_t> colours = site_parity(system);
  BijectorFlow::Layers layers;
  for (Index c = 0; c < options.integer("couplings"); ++c) {
    spec.moved.clear();
    for (std::size_t site = 0; site < colours.size(); ++site)
      if (colours[site] == c % 2) spec.moved.push_back(static_cast<int>(site));
    layers.push_back(std::make_unique<SplineCoupling>(spec));
    if (options.flag("affine")) layers.push_back(affine_beside(spec));
  }
  // `precision` is that of the splines' nets: their knots, and with them the flow, are in double.
  return finish_flow(std::move(layers), options.with("precision", "double"), system, seed);
}

}  // namespace

ModelEntry neural_spline_entry() {
  ModelEntry entry;
  entry.name = "neural_spline";
  entry.summary = "couplings of all sites by rational-quadratic splines with linear tails";
  entry.options = {
      option::integer("hidden", "32", "[1, 4096]", "width of the hidden layers"),
      option::integer("depth", "2", "[1, 16]", "hidden layers of each net"),
      option::integer("couplings", "8", "[1, 1000]", "couplings, even and odd sites by turns"),
      option::integer("bins", "8", "[2, 64]", "bins of each spline"),
      option::real("bound", "5", "(0, 1e6]", "splines act within +- this"),
      option::flag("affine", "true", "an affine coupling of the same sites after each spline"),
      option::choice("activation", "elu", {"elu", "tanh", "softplus"}, "of the hidden layers"),
  };
  for (OptionSpec& shared : flow_options()) entry.options.push_back(std::move(shared));
  entry.example = "[model]\nname = neural_spline\nhidden = 32\ncouplings = 8\n";
  entry.make = make_neural_spline;
  return entry;
}

}  // namespace nmc::catalog
