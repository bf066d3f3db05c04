#include "physics/exact/uniform_torus.hpp"

#include <algorithm>
#include <vector>

namespace nmc {
namespace {

/// Counts the bonds that lead from each site to the next one in each direction.
class TorusBonds {
 public:
  TorusBonds(Index sites, Index extent)
      : sites_(sites),
        extent_(extent),
        is_there_{std::vector<char>(sites), std::vector<char>(sites)} {}

  /// Whether the bond is one of the torus that was not there yet, with its direction's coupling.
  bool take(const Bond& bond) {
    for (const int d : {0, 1})
      for (const auto& [from, to] : {std::array{bond.i, bond.j}, std::array{bond.j, bond.i}}) {
        if (next(from, d) != to || is_there_[d][from] != 0) continue;
        if (!has_coupling_[d]) coupling_[d] = bond.J;
        has_coupling_[d] = is_there_[d][from] = 1;
        return bond.J == coupling_[d] && bond.J != 0;
      }
    return false;
  }
  [[nodiscard]] const std::array<double, 2>& couplings() const { return coupling_; }

 private:
  [[nodiscard]] Index next(Index site, int d) const {
    if (d == 0) return (site + 1) % extent_ == 0 ? site + 1 - extent_ : site + 1;
    if (extent_ == sites_) return -1;  // a ring has one direction
    return (site + extent_) % sites_;
  }

  Index sites_, extent_;
  std::array<std::vector<char>, 2> is_there_;
  std::array<double, 2> coupling_{1, 1};
  std::array<char, 2> has_coupling_{};
};

std::optional<UniformTorus> with_extent(const Graph& graph, Index extent) {
  TorusBonds bonds(graph.sites, extent);
  bool fits = true;
  graph.bonds.visit([&](const Bond& bond) { fits = fits && bonds.take(bond); });
  if (!fits) return std::nullopt;
  return UniformTorus{{extent, graph.sites / extent}, bonds.couplings()};
}

bool has_fields(const Graph& graph) {
  return std::ranges::any_of(graph.field, [](double h) { return h != 0; });
}

/// A torus of two directions whose bonds need not be listed.
bool is_plane(const LatticeBonds& lattice) {
  return lattice.extents.size() == 2 && std::ranges::min(lattice.extents) > 2 &&
         lattice.periodic[0] && lattice.periodic[1] && lattice.J != 0;
}

}  // namespace

std::optional<UniformTorus> uniform_torus(const Graph& graph) {
  const Index bonds = std::ssize(graph.bonds), sites = graph.sites;
  if (sites < 2 || !graph.plaquettes.empty() || has_fields(graph)) return std::nullopt;
  if (const LatticeBonds* all = graph.bonds.lattice(); all != nullptr && is_plane(*all)) {
    const std::optional<double> J = all->common_coupling();
    if (!J) return with_extent(graph, all->extents[0]);
    return UniformTorus{{all->extents[0], all->extents[1]}, {*J, *J}};
  }
  if (bonds == sites) return with_extent(graph, sites);
  if (bonds != 2 * sites) return std::nullopt;
  // Lx is the neighbour of site 0 in the second direction.
  for (const Bond& bond : graph.bonds) {
    const Index extent = bond.i == 0 ? bond.j : bond.j == 0 ? bond.i : 0;
    if (extent < 2 || sites % extent != 0) continue;
    if (auto torus = with_extent(graph, extent)) return torus;
  }
  return std::nullopt;
}

}  // namespace nmc
