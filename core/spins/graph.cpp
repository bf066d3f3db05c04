#include "core/spins/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

namespace {

// Graphs have millions of bonds: a message is made for the one that is wrong.
void check_bond(const Bond& bond, Index sites) {
  if (std::min(bond.i, bond.j) < 0 || std::max(bond.i, bond.j) >= sites)
    throw UserError(
        fmt::format("bond {}-{} leaves the graph: sites are 0 to {}", bond.i, bond.j, sites - 1));
  if (bond.i == bond.j)
    throw UserError(
        fmt::format("bond {}-{} joins a site with itself; leave it out: s_i^2 = 1 "
                    "only shifts the energy",
                    bond.i, bond.j));
  if (!std::isfinite(bond.J))
    throw UserError(fmt::format("coupling {} of bond {}-{} is not finite", bond.J, bond.i, bond.j));
}

// Those of a lattice join neighbours.
void check_bonds(const Graph& graph) {
  if (graph.bonds.lattice() == nullptr)
    for (const Bond& bond : graph.bonds) check_bond(bond, graph.sites);
  else
    require(std::isfinite(graph.bonds.first_J()),
            fmt::format("coupling {} of all bonds is not finite", graph.bonds.first_J()));
}

void check_plaquette(const Plaquette& plaquette, Index sites) {
  std::array<Index, 4> sorted = plaquette.sites;
  std::sort(sorted.begin(), sorted.end());
  const auto name = [&] { return fmt::format("plaquette {}", fmt::join(plaquette.sites, "-")); };
  if (sorted.front() < 0 || sorted.back() >= sites)
    throw UserError(fmt::format("{} leaves the graph: sites are 0 to {}", name(), sites - 1));
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    throw UserError(fmt::format("{} names a site twice; it needs four different ones", name()));
  if (!std::isfinite(plaquette.K))
    throw UserError(fmt::format("coupling {} of {} is not finite", plaquette.K, name()));
}

/// first[i] = sum of the counts below i; counts are shifted by one on entry.
void accumulate_counts(std::vector<Index>& first) {
  std::partial_sum(first.begin(), first.end(), first.begin());
}

Adjacency with_rows(std::vector<Index> first) {
  const auto entries = static_cast<std::size_t>(first.back());
  return {std::move(first), std::vector<Index>(entries), std::vector<double>(entries)};
}

/// Rows in the order of the bonds.
Adjacency unsorted_adjacency(const Graph& graph) {
  std::vector<Index> first(graph.sites + 1, 0);
  for (const Bond& bond : graph.bonds) {
    ++first[bond.i + 1];
    ++first[bond.j + 1];
  }
  accumulate_counts(first);
  Adjacency rows = with_rows(first);
  const auto put = [&](Index i, Index j, double J) {
    rows.neighbour[first[i]] = j;
    rows.J[first[i]++] = J;
  };
  for (const Bond& bond : graph.bonds) {
    put(bond.i, bond.j, bond.J);
    put(bond.j, bond.i, bond.J);
  }
  return rows;
}

/// The transpose of a symmetric matrix is the matrix itself, with every row in ascending order.
Adjacency sorted_rows(const Adjacency& rows) {
  Adjacency sorted = with_rows(rows.first);
  std::vector<Index> next = rows.first;
  for (Index i = 0; i + 1 < std::ssize(rows.first); ++i)
    for (Index n = rows.first[i]; n < rows.first[i + 1]; ++n) {
      const Index at = next[rows.neighbour[n]]++;
      sorted.neighbour[at] = i;
      sorted.J[at] = rows.J[n];
    }
  return sorted;
}

}  // namespace

namespace {

/// The largest sum of |J|, |K| and |h| that is taken: no energy is larger. Energies are squared for
/// the heat, and (1e150)^2 leaves eight decades below the largest double for sums over draws.
constexpr double max_total_coupling = 1e150;

double total_coupling(const Graph& graph) {
  double total = graph.bonds.total();
  for (const Plaquette& plaquette : graph.plaquettes) total += std::abs(plaquette.K);
  for (const double h : graph.field) total += std::abs(h);
  return total;
}

}  // namespace

void check(const Graph& graph) {
  require(graph.sites > 0, fmt::format("a graph needs at least one site, not {}", graph.sites));
  check_bonds(graph);
  for (const Plaquette& plaquette : graph.plaquettes) check_plaquette(plaquette, graph.sites);
  const auto fields = static_cast<Index>(graph.field.size());
  require(fields == 0 || fields == graph.sites,
          fmt::format("{} local fields were given for {} sites", fields, graph.sites));
  require(std::all_of(graph.field.begin(), graph.field.end(),
                      [](double h) { return std::isfinite(h); }),
          "a local field is not finite");
  const double total = total_coupling(graph);
  require(total <= max_total_coupling,
          fmt::format("the couplings and fields sum up to {:.3g} in magnitude, and energies are "
                      "squared: scale them to at most {:g} in all and take a larger beta",
                      total, max_total_coupling));
}

Adjacency adjacency(const Graph& graph) {
  Adjacency rows = sorted_rows(unsorted_adjacency(graph));
  Index end = 0;  // of the entries that stay: bonds of one pair become one entry
  for (Index i = 0; i < graph.sites; ++i) {
    const Index start = end;
    for (Index n = std::exchange(rows.first[i], start); n < rows.first[i + 1]; ++n) {
      if (end > start && rows.neighbour[end - 1] == rows.neighbour[n]) {
        rows.J[end - 1] += rows.J[n];
      } else {
        rows.neighbour[end] = rows.neighbour[n];
        rows.J[end++] = rows.J[n];
      }
    }
  }
  rows.first.back() = end;
  rows.neighbour.resize(end);
  rows.J.resize(end);
  return rows;
}

PlaquetteLists plaquettes_by_site(const Graph& graph) {
  PlaquetteLists lists;
  lists.first.assign(graph.sites + 1, 0);
  for (const Plaquette& plaquette : graph.plaquettes)
    for (const Index site : plaquette.sites) ++lists.first[site + 1];
  accumulate_counts(lists.first);
  lists.others.resize(lists.first.back());
  lists.K.resize(lists.first.back());
  std::vector<Index> next = lists.first;
  for (const Plaquette& plaquette : graph.plaquettes)
    for (std::size_t corner = 0; corner < 4; ++corner) {
      const Index at = next[plaquette.sites[corner]]++;
      for (std::size_t k = 0; k < 3; ++k)
        lists.others[at][k] = plaquette.sites[(corner + 1 + k) % 4];
      lists.K[at] = plaquette.K;
    }
  return lists;
}

Batch apply_stencil(const Adjacency& adjacency, const Batch& x, double shift, double scale) {
  Batch y(x.rows(), x.cols());
  for (Index i = 0; i < x.cols(); ++i) {
    y.col(i) = shift * x.col(i);
    for (Index n = adjacency.first[i]; n < adjacency.first[i + 1]; ++n)
      y.col(i) += (scale * adjacency.J[n]) * x.col(adjacency.neighbour[n]);
  }
  return y;
}

std::vector<int> colouring(const Graph& graph) {
  const Adjacency neighbours = adjacency(graph);
  const PlaquetteLists plaquettes = plaquettes_by_site(graph);
  std::vector<int> colour(graph.sites, -1);
  std::vector<Index> last_seen_by;  // last site that interacts with a site of this colour
  for (Index i = 0; i < graph.sites; ++i) {
    const auto see = [&](Index other) {
      if (colour[other] >= 0) last_seen_by[colour[other]] = i;
    };
    for (Index n = neighbours.first[i]; n < neighbours.first[i + 1]; ++n)
      see(neighbours.neighbour[n]);
    for (Index n = plaquettes.first[i]; n < plaquettes.first[i + 1]; ++n)
      for (const Index other : plaquettes.others[n]) see(other);
    const auto free = std::find_if(last_seen_by.begin(), last_seen_by.end(),
                                   [i](Index site) { return site != i; });
    colour[i] = static_cast<int>(free - last_seen_by.begin());
    if (free == last_seen_by.end()) last_seen_by.push_back(-1);
  }
  return colour;
}

}  // namespace nmc
