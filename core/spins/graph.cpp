#include "core/spins/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

void check(const Graph& graph) {
  require(graph.sites > 0, fmt::format("a graph needs at least one site, not {}", graph.sites));
  for (const Bond& bond : graph.bonds) {
    const bool is_inside = std::min(bond.i, bond.j) >= 0 && std::max(bond.i, bond.j) < graph.sites;
    require(is_inside, fmt::format("bond {}-{} leaves the graph: sites are 0 to {}", bond.i, bond.j,
                                   graph.sites - 1));
    require(bond.i != bond.j, fmt::format("bond {}-{} joins a site with itself", bond.i, bond.j));
    require(std::isfinite(bond.J),
            fmt::format("coupling {} of bond {}-{} is not finite", bond.J, bond.i, bond.j));
  }
  const auto fields = static_cast<Index>(graph.field.size());
  require(fields == 0 || fields == graph.sites,
          fmt::format("{} local fields were given for {} sites", fields, graph.sites));
  require(std::all_of(graph.field.begin(), graph.field.end(),
                      [](double h) { return std::isfinite(h); }),
          "a local field is not finite");
}

Adjacency adjacency(const Graph& graph) {
  std::vector<std::vector<std::pair<Index, double>>> rows(graph.sites);
  for (const Bond& bond : graph.bonds) {
    rows[bond.i].emplace_back(bond.j, bond.J);
    rows[bond.j].emplace_back(bond.i, bond.J);
  }
  Adjacency result;
  result.first.push_back(0);
  for (auto& row : rows) {
    std::stable_sort(row.begin(), row.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const std::size_t start = result.neighbour.size();
    for (const auto& [site, coupling] : row) {
      if (result.neighbour.size() > start && result.neighbour.back() == site) {
        result.J.back() += coupling;
      } else {
        result.neighbour.push_back(site);
        result.J.push_back(coupling);
      }
    }
    result.first.push_back(static_cast<Index>(result.neighbour.size()));
  }
  return result;
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
  std::vector<int> colour(graph.sites, -1);
  std::vector<Index> last_seen_by;  // last site that has a neighbour of this colour
  for (Index i = 0; i < graph.sites; ++i) {
    for (Index n = neighbours.first[i]; n < neighbours.first[i + 1]; ++n) {
      const int taken = colour[neighbours.neighbour[n]];
      if (taken >= 0) last_seen_by[taken] = i;
    }
    const auto free = std::find_if(last_seen_by.begin(), last_seen_by.end(),
                                   [i](Index site) { return site != i; });
    colour[i] = static_cast<int>(free - last_seen_by.begin());
    if (free == last_seen_by.end()) last_seen_by.push_back(-1);
  }
  return colour;
}

}  // namespace nmc
