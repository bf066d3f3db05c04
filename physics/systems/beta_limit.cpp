#include "physics/systems/beta_limit.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Σ |J| + Σ |K| + Σ |h|: no energy is larger.
double energy_bound(const Graph& graph) {
  double sum = graph.bonds.total();
  for (const Plaquette& plaquette : graph.plaquettes) sum += std::abs(plaquette.K);
  for (const double h : graph.field) sum += std::abs(h);
  return sum;
}

}  // namespace

void check_beta_limit(double beta, const Graph& graph) {
  constexpr double largest = 1e306;  // differences of two and local fields are numbers as well
  const double bound = energy_bound(graph);
  require(beta * bound <= largest,
          fmt::format("beta is {:g} and the couplings and fields add up to {:g}: their product is "
                      "beyond {:g}. Take a smaller beta; from beta x coupling = 1000 on every "
                      "excited state has weight 0",
                      beta, bound, largest));
}

}  // namespace nmc
