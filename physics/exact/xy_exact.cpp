#include "physics/exact/xy_exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "physics/exact/bessel.hpp"
#include "physics/exact/xy_torus.hpp"

namespace nmc {
namespace {

constexpr double character_precision = 1e-14;

/// A forest of the graph with its sites in an order in which each comes after its parent.
struct Forest {
  std::vector<Index> order, parent;  ///< parent −1 of a root
  std::vector<double> J;             ///< to the parent
};

/// None where there is a circle.
std::optional<Forest> forest_of(const AngleCouplings& couplings, std::size_t bonds) {
  const auto sites = static_cast<std::size_t>(couplings.sites);
  Forest forest{{}, std::vector<Index>(sites, -1), std::vector<double>(sites, 0.0)};
  std::vector<bool> is_seen(sites, false);
  std::size_t found = 0;
  for (std::size_t root = 0; root < sites; ++root) {
    if (is_seen[root]) continue;
    is_seen[root] = true;
    forest.order.push_back(static_cast<Index>(root));
    for (std::size_t head = forest.order.size() - 1; head < forest.order.size(); ++head) {
      const Index site = forest.order[head];
      const auto i = static_cast<std::size_t>(site);
      for (Index n = couplings.near.first[i]; n < couplings.near.first[i + 1]; ++n) {
        const Index other = couplings.near.neighbour[static_cast<std::size_t>(n)];
        const auto j = static_cast<std::size_t>(other);
        if (is_seen[j]) continue;
        is_seen[j] = true;
        forest.parent[j] = site;
        forest.J[j] = couplings.near.J[static_cast<std::size_t>(n)];
        forest.order.push_back(other);
        ++found;
      }
    }
  }
  // Double bonds are one pair of neighbours.
  if (2 * found != couplings.near.neighbour.size() || found > bonds) return std::nullopt;
  return forest;
}

/// Every bond by itself: Z = (2π)^sites Π I_0(βJ), and two sites are correlated by the product of
/// I_1/I_0 on the way between them.
Exact solve_forest(const Forest& forest, double beta) {
  const auto sites = static_cast<double>(forest.parent.size());
  Exact exact;
  exact.method = "integral bond by bond";
  exact.lnZ = sites * std::log(2 * std::numbers::pi);
  double energy = 0, heat = 0, pairs = 0;
  std::vector<double> below(forest.parent.size(), 1.0);  // Σ over a subtree of ⟨cos(θ − θ_root)⟩
  for (auto site = forest.order.rbegin(); site != forest.order.rend(); ++site) {
    const auto i = static_cast<std::size_t>(*site);
    if (forest.parent[i] < 0) continue;
    const auto up = static_cast<std::size_t>(forest.parent[i]);
    const BondCharacters characters(beta, forest.J[i], 0);
    const Jet lnI = log(characters(0));
    exact.lnZ += beta * std::abs(forest.J[i]) + lnI.value;
    energy -= lnI.first;
    heat += beta * beta * lnI.second;
    const double reaching = characters(1).value / characters(0).value * below[i];
    pairs += reaching * below[up];
    below[up] += reaching;
  }
  exact.energy = energy;
  exact.heat = heat;
  exact.m2 = (sites + 2 * pairs) / (sites * sites);
  return exact;
}

/// The torus of the model, and whether its length is the lattice's first direction; none where it
/// is none that can be summed.
std::optional<std::pair<XyTorus, bool>> torus_of(const Graph& graph, const Periodic& lattice) {
  if (!lattice.has_modes() || lattice.is_triangular) return std::nullopt;
  std::vector<Index> extents;
  std::ranges::copy_if(lattice.extents, std::back_inserter(extents), [](Index e) { return e > 1; });
  if (extents.size() > 2) return std::nullopt;
  std::optional<double> J[2];
  for (const Bond& bond : graph.bonds) {
    std::optional<double>& own = J[bond.i / extents[0] == bond.j / extents[0] ? 0 : 1];
    if (own && *own != bond.J) return std::nullopt;
    own = bond.J;
  }
  if (extents.size() == 1) return std::pair{XyTorus{extents[0], 1, *J[0], 0}, true};
  constexpr Index widest = 3;
  if (extents[1] <= widest) return std::pair{XyTorus{extents[0], extents[1], *J[0], *J[1]}, true};
  if (extents[0] <= widest) return std::pair{XyTorus{extents[1], extents[0], *J[1], *J[0]}, false};
  return std::nullopt;
}

constexpr const char* reach =
    "the XY model is summed exactly without a field on trees (open chains), and on rings and tori "
    "up to 3 wide with one coupling for each direction: take L = 3, L = 16x3 or lattice = chain";

}  // namespace

ExactAnswer exact_xy(const XyModel& model, const Periodic& lattice, const ExactEffort& effort) {
  if (effort.density_of_states)
    return {std::nullopt,
            "angles have a continuum of energies and no density of states: leave "
            "--dos out"};
  constexpr double largest = 1e6;
  for (const Bond& bond : model.graph().bonds)
    if (model.beta() * std::abs(bond.J) > largest)
      return {std::nullopt, fmt::format("beyond beta x J = {:g} there are too many characters to "
                                        "sum: take a smaller beta",
                                        largest)};
  if (model.couplings().has_field) return {std::nullopt, reach};
  if (const auto forest = forest_of(model.couplings(), model.graph().bonds.size()))
    return {solve_forest(*forest, model.beta()), ""};
  const auto found = torus_of(model.graph(), lattice);
  if (!found) return {std::nullopt, reach};
  const auto& [torus, is_first] = *found;
  const auto sums = xy_torus_sums(torus, model.beta(), effort.cpu_seconds, character_precision);
  if (!sums)
    return {std::nullopt,
            fmt::format("at this beta and size the transfer matrix in characters takes longer than "
                        "the limit of {:.3g} s (nmc exact --limit SECONDS)",
                        effort.cpu_seconds)};
  Exact exact;
  exact.method = torus.width == 1 ? "sum over characters" : "transfer matrix of characters";
  exact.lnZ = sums->lnZ;
  exact.energy = sums->energy;
  exact.heat = sums->heat;
  exact.m2 = sums->m2;
  if (is_first) exact.helicity_modulus = sums->helicity_modulus;
  return {exact, ""};
}

}  // namespace nmc
