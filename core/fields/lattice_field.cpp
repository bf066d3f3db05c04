#include "core/fields/lattice_field.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

namespace nmc {
namespace {

std::vector<std::int32_t> by_colour(const Graph& graph) {
  const std::vector<int> colour = colouring(graph);
  std::vector<std::int32_t> order(static_cast<std::size_t>(graph.sites));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {},
                           [&](std::int32_t i) { return colour[static_cast<std::size_t>(i)]; });
  return order;
}

/// Whether sites i and i + 1 have the same d and the same neighbours, one site further.
bool continues(const FieldStencil& stencil, Index i) {
  const auto here = static_cast<std::size_t>(i * stencil.degree);
  for (std::size_t k = here; k < here + static_cast<std::size_t>(stencil.degree); ++k) {
    const std::size_t next = k + static_cast<std::size_t>(stencil.degree);
    if (stencil.neighbour[next] != stencil.neighbour[k] + 1 || stencil.J[next] != stencil.J[k])
      return false;
  }
  const auto site = static_cast<std::size_t>(i);
  return stencil.diagonal[site] == stencil.diagonal[site + 1];
}

Index furthest(const FieldStencil& stencil, Index site) {
  const auto first = stencil.neighbour.begin() + site * stencil.degree;
  const auto end = first + stencil.degree;
  return first == end ? site : std::max<Index>(site, *std::max_element(first, end));
}

/// The first sites, whose neighbours around a torus are the last ones, come last.
void plan_runs(FieldStencil& stencil) {
  std::vector<FieldStencil::Run>& runs = stencil.runs;
  for (Index i = 0; i < stencil.sites; ++i) {
    if (i > 0 && continues(stencil, i - 1))
      ++runs.back().count;
    else
      runs.push_back({i, 1, 0});
  }
  const auto wraps = [&](const FieldStencil::Run& run) {
    return furthest(stencil, run.first) - run.first > stencil.sites / 2;
  };
  std::rotate(runs.begin(), std::find_if_not(runs.begin(), runs.end(), wraps), runs.end());
  Index ready = 0;
  for (FieldStencil::Run& run : runs) {
    ready = std::max(ready, furthest(stencil, run.first + run.count - 1) + 1);
    run.ready = ready;
  }
}

}  // namespace

FieldStencil::FieldStencil(const Graph& graph, double m_squared, double lambda)
    : sites(graph.sites), lambda(lambda), colours(by_colour(graph)) {
  require(sites < std::numeric_limits<std::int32_t>::max(),
          "a field of " + std::to_string(sites) + " sites is too large: sites have 32-bit numbers");
  const Adjacency rows = adjacency(graph);
  for (Index i = 0; i < sites; ++i) degree = std::max(degree, rows.first[i + 1] - rows.first[i]);
  for (Index i = 0; i < sites; ++i) {
    double d = m_squared;
    for (Index k = 0; k < degree; ++k) {
      const Index n = rows.first[i] + k;
      const bool is_there = n < rows.first[i + 1];
      neighbour.push_back(static_cast<std::int32_t>(is_there ? rows.neighbour[n] : i));
      J.push_back(is_there ? rows.J[n] : 0);
      has_unit_J = has_unit_J && J.back() == 1;
      d += J.back();
    }
    diagonal.push_back(d);
  }
  plan_runs(*this);
}

}  // namespace nmc
