#include "physics/exact/label_exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "physics/exact/exact.hpp"
#include "physics/exact/label_enumeration.hpp"
#include "physics/exact/label_transfer.hpp"

namespace nmc {
namespace {

/// Couplings and fields times their own factors.
Graph scaled(Graph graph, double bonds, double fields) {
  graph.bonds.scale(bonds);
  for (double& h : graph.field) h *= fields;
  if (bonds != 1) graph.torus.clear();
  return graph;
}

/// J e(a, b) = −J' s s' + c J of spins ±1, and the same of fields.
ExactAnswer as_spins(const PairLabels& labels, const ExactEffort& effort) {
  const LabelCoupling& c = labels.coupling();
  const Graph& graph = labels.graph();
  double shift = 0;
  for (const Bond& bond : graph.bonds) shift += bond.J * (c.e(0, 0) + c.e(0, 1)) / 2;
  for (const double h : graph.field) shift += h * (c.v(0) + c.v(1)) / 2;
  const Graph ising = scaled(graph, (c.e(0, 1) - c.e(0, 0)) / 2, (c.v(1) - c.v(0)) / 2);
  ExactAnswer answer = exact_spins(ising, labels.beta(), effort);
  if (!answer.value) return answer;
  Exact& exact = *answer.value;
  exact.method += " of Ising spins";
  exact.lnZ -= labels.beta() * shift;
  *exact.energy += shift;
  if (exact.ground_state_energy) *exact.ground_state_energy += shift;
  for (Level& level : exact.density_of_states) level.energy += shift;
  exact.overlap_q2.reset();
  return answer;
}

/// cos(θ − θ') = (s s' + t t')/2 with s, t = √2 cos(θ ∓ π/4), and cos θ = (s + t)/2.
ExactAnswer as_two_spins(const PairLabels& labels, ExactEffort effort) {
  effort.density_of_states = false;
  ExactAnswer answer = exact_spins(scaled(labels.graph(), 0.5, 0.5), labels.beta(), effort);
  if (!answer.value) return answer;
  const Exact spins = *answer.value;
  Exact exact;
  exact.method = spins.method + " of two Ising models";
  exact.lnZ = 2 * spins.lnZ;
  exact.energy = 2 * *spins.energy;
  exact.heat = 2 * *spins.heat;
  if (spins.entropy) exact.entropy = 2 * *spins.entropy;
  if (spins.m2) exact.m2 = spins.m2;
  // |m|² = (m_s² + m_t²)/2 of two independent magnetisations.
  if (spins.m2 && spins.m4) exact.m4 = (*spins.m4 + *spins.m2 * *spins.m2) / 2;
  if (spins.ground_state_energy) exact.ground_state_energy = 2 * *spins.ground_state_energy;
  exact.left_out = spins.left_out;
  answer.value = exact;
  return answer;
}

/// Moments that only a sum over states gives, added where they are wanted and the time is there.
void add_moments(const PairLabels& labels, const ExactEffort& effort, double spent, Exact& exact) {
  constexpr double kCheap = 0.5;  // CPU seconds
  const double seconds = label_enumeration_seconds(labels);
  const bool is_wanted =
      effort.moments == Moments::all || (effort.moments == Moments::cheap && seconds <= kCheap);
  if (is_wanted && seconds + spent <= effort.cpu_seconds) {
    const Exact all = enumerate_labels(labels);
    exact.abs_m = all.abs_m;
    exact.m2 = all.m2;
    exact.m4 = all.m4;
    exact.ground_state_energy = all.ground_state_energy;
    exact.ground_state_degeneracy = all.ground_state_degeneracy;
  } else if (seconds < 1e4) {
    exact.left_out = fmt::format("abs_m, m2, m4: about {:.2g} s", seconds);
  }
}

std::string out_of_reach(double enumeration, double transfer, double limit) {
  const double seconds = std::min(enumeration, transfer);
  const std::string what =
      "enumeration takes some 1e7 states a second, the transfer matrix cylinders and tori of "
      "hypercubic lattices with up to 1e6 states across";
  if (!(seconds < 1e6)) return what + ": this system is out of reach of both";
  return fmt::format(
      "{}: here about {:.2g} s of CPU time; the limit is {:.3g} s (nmc exact "
      "--limit SECONDS)",
      what, seconds, limit);
}

}  // namespace

ExactAnswer exact_labels(const PairLabels& labels, const std::vector<Index>& extents,
                         const ExactEffort& effort) {
  if (labels.states() == 2) return as_spins(labels, effort);
  if (effort.density_of_states)
    return {std::nullopt, "the density of states of labels is not counted; leave --dos out"};
  const bool is_clock = !labels.coupling().is_permutable;
  if (is_clock && labels.states() == 4) return as_two_spins(labels, effort);
  const double enumeration = label_enumeration_seconds(labels);
  const std::optional<LabelLayers> layers = label_layers(labels.graph(), extents);
  const double transfer =
      layers ? label_transfer_seconds(*layers, labels) : std::numeric_limits<double>::infinity();
  constexpr double kQuick = 0.1;  // CPU seconds
  if (enumeration > kQuick && transfer <= effort.cpu_seconds) {
    std::optional<Exact> exact = label_transfer(*layers, labels);
    if (exact) {
      add_moments(labels, effort, transfer, *exact);
      return {exact, ""};
    }
    if (enumeration > effort.cpu_seconds)
      return {std::nullopt,
              fmt::format("at beta = {:g} every weight of the transfer matrix is too small for a "
                          "number: take a smaller beta",
                          labels.beta())};
  }
  if (enumeration <= effort.cpu_seconds) return {enumerate_labels(labels), ""};
  return {std::nullopt, out_of_reach(enumeration, transfer, effort.cpu_seconds)};
}

}  // namespace nmc
