#include "physics/quantum/free_fermions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/linear/factors.hpp"

namespace nmc {
namespace {

/// Couplings along a chain; those of a ring end with the one that closes it.
struct Chain {
  std::vector<double> J;
  bool is_ring = false;
};

/// The chain that a connected graph is, from an end, or from site 0 around.
std::optional<Chain> find_chain(const Graph& graph) {
  const Adjacency near = adjacency(graph);
  const auto degree = [&](Index i) { return near.first[i + 1] - near.first[i]; };
  Index ends = 0, start = 0;
  for (Index i = 0; i < graph.sites; ++i) {
    if (degree(i) > 2 || (degree(i) == 0 && graph.sites > 1)) return std::nullopt;
    if (degree(i) < 2 && ends++ == 0) start = i;
  }
  Chain chain{{}, ends == 0};
  Index before = -1, at = start;
  std::vector<bool> seen(static_cast<std::size_t>(graph.sites));
  for (Index visited = 1;; ++visited) {
    seen[static_cast<std::size_t>(at)] = true;
    Index to = -1;
    double J = 0;
    for (Index k = near.first[at]; k < near.first[at + 1]; ++k)
      if (near.neighbour[k] != before && to < 0) {
        to = near.neighbour[k];
        J = near.J[k];
      }
    if (to < 0) return visited == graph.sites ? std::optional(chain) : std::nullopt;
    chain.J.push_back(J);
    if (seen[static_cast<std::size_t>(to)])
      return visited == graph.sites ? std::optional(chain) : std::nullopt;
    before = at;
    at = to;
  }
}

/// ε(k) without the cancellation of J² + h² − 2 J h cos k at small k.
double energy_of_mode(double J, double h, double k) {
  return std::hypot(J - h, 2 * std::sqrt(J * h) * std::sin(k / 2));
}

Exact of_ring(double J, double h, Index sites) {
  const auto n = static_cast<double>(sites);
  double energy = 0, mx = 0, odd = h - J;
  for (Index m = 0; m < sites; ++m) {
    const double k = (2 * static_cast<double>(m) + 1) * std::numbers::pi / n;
    const double mode = energy_of_mode(J, h, k);
    energy -= mode;
    if (mode > 0) mx += (h - J * std::cos(k)) / mode;
    if (m > 0) odd -= energy_of_mode(J, h, 2 * static_cast<double>(m) * std::numbers::pi / n);
  }
  Exact exact;
  exact.method = fmt::format("free fermions on a ring of {} sites", sites);
  exact.energy = energy;
  exact.mx = mx / n;
  // One fermion in the other sector, or two in this one.
  exact.gap = std::min(odd - energy, 4 * energy_of_mode(J, h, std::numbers::pi / n));
  return exact;
}

/// Singular values of the bidiagonal matrix are the positive eigenvalues of a tridiagonal one with
/// zeros on its diagonal and its numbers in turn beside it (Golub and Kahan 1965).
Exact of_open_chain(const std::vector<double>& J, double h) {
  const auto n = std::ssize(J) + 1;
  Eigen::VectorXd beside(2 * n - 1);
  for (Index i = 0; i < n; ++i) {
    beside(2 * i) = h;
    if (i + 1 < n) beside(2 * i + 1) = J[static_cast<std::size_t>(i)];
  }
  const Eigen::VectorXd values =
      linear::tridiagonal_eigenvalues(Eigen::VectorXd::Zero(2 * n), beside);
  Exact exact;
  exact.method = fmt::format("free fermions on an open chain of {} sites", n);
  exact.energy = -values.tail(n).sum();
  exact.gap = 2 * std::max(0.0, values(n));
  return exact;
}

}  // namespace

std::optional<Exact> free_fermions(const Graph& graph, double transverse_field,
                                   const ExactEffort& effort) {
  const bool has_field = std::ranges::any_of(graph.field, [](double h) { return h != 0; });
  if (has_field || !graph.plaquettes.empty() || effort.density_of_states) return std::nullopt;
  // Measured: 1.5e-7 s for a pair of sites of an open chain.
  const auto n = static_cast<double>(graph.sites);
  if (1.5e-7 * n * n > effort.cpu_seconds && graph.torus.empty()) return std::nullopt;
  const std::optional<Chain> chain = find_chain(graph);
  if (!chain) return std::nullopt;
  const double h = std::abs(transverse_field);
  std::optional<Exact> exact;
  if (chain->is_ring) {
    const double J = std::abs(chain->J.front());
    bool is_frustrated = false;
    for (const double coupling : chain->J) {
      if (std::abs(coupling) != J) return std::nullopt;
      is_frustrated ^= coupling < 0;
    }
    if (is_frustrated) return std::nullopt;
    exact = of_ring(J, h, graph.sites);
    if (transverse_field < 0) exact->mx = -*exact->mx;
  } else {
    exact = of_open_chain(chain->J, h);
  }
  exact->lnZ = std::numeric_limits<double>::quiet_NaN();
  exact->ground_state_energy = exact->energy;
  return exact;
}

}  // namespace nmc
