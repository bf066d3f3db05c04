#include "samplers/cluster/machine_bonds.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "samplers/cluster/cluster_random.hpp"

namespace nmc {
namespace {

HiddenUnit unit_of(const MachineShape& shape, double K) {
  require(shape.W > std::abs(K),
          fmt::format("W = {:.6g} is not above the largest coupling beta J = {:.6g} that it has to "
                      "make: a hidden unit makes couplings up to its W alone",
                      shape.W, std::abs(K)));
  return {K, std::copysign(shape.W, K)};
}

bool is_small_torus(const Graph& graph) {
  return graph.torus.size() == 2 && std::min(graph.torus[0], graph.torus[1]) >= 2 &&
         std::max(graph.torus[0], graph.torus[1]) <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

double HiddenUnit::on_between_equal() const {
  return K == 0 ? 0 : std::expm1(-2 * K) / std::expm1(-2 * W);
}

double HiddenUnit::on_between_unequal() const {
  return K == 0 ? 0 : std::expm1(2 * K) / std::expm1(2 * W);
}

double HiddenUnit::b() const {
  const double on = on_between_equal();
  return std::log(on) - std::log1p(-on) - W;
}

ClusterBonds make_machine_bonds(const SpinTarget& target, const MachineShape& shape) {
  const Graph& graph = target.graph();
  require(graph.sites < std::numeric_limits<std::int32_t>::max(),
          fmt::format("clusters number sites by 32 bits; {} are too many", graph.sites));
  ClusterBonds bonds{graph.sites, target.beta()};
  const HiddenUnit of_torus = {shape.factor * target.beta(), shape.W};
  const bool has_fours = shape.has_fours && !graph.plaquettes.empty();
  if (is_small_torus(graph) && of_torus.K > 0 && !has_fours) {
    const HiddenUnit unit = unit_of(shape, of_torus.K);
    bonds.Lx = graph.torus[0];
    bonds.Ly = graph.torus[1];
    bonds.uniform = threshold_of(unit.on_between_equal());
    bonds.unequal_share = threshold_of(unit.on_between_unequal() / unit.on_between_equal());
    return bonds;
  }
  bonds.graph = adjacency(graph);
  for (const double J : bonds.graph.J) {
    const HiddenUnit unit = unit_of(shape, shape.factor * target.beta() * J);
    bonds.threshold.push_back(threshold_of(unit.on_between_equal()));
    bonds.unequal.push_back(threshold_of(unit.on_between_unequal()));
  }
  if (!has_fours) return bonds;
  for (const Plaquette& plaquette : graph.plaquettes) {
    const double K = target.beta() * plaquette.K;
    const HiddenUnit unit = unit_of(shape, K);
    bonds.fours.push_back(
        {plaquette.sites, K < 0,
         threshold_of(K < 0 ? unit.on_between_unequal() : unit.on_between_equal()),
         threshold_of(K < 0 ? unit.on_between_equal() : unit.on_between_unequal())});
  }
  return bonds;
}

}  // namespace nmc
