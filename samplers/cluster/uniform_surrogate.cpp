#include "samplers/cluster/uniform_surrogate.hpp"

#include <algorithm>

namespace nmc {
namespace {

bool are_alike(const std::vector<double>& values) {
  return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
}

/// Whether every site has as many entries.
bool is_regular(const std::vector<Index>& first, Index each) {
  for (std::size_t i = 0; i + 1 < first.size(); ++i)
    if (first[i + 1] - first[i] != each) return false;
  return true;
}

bool is_uniform(const Graph& system, const SurrogateBonds& bonds) {
  const Adjacency& pairs = bonds.bonds;
  const Adjacency& rest = bonds.residual;
  if (pairs.J.empty() || pairs.J.front() <= 0 || !are_alike(pairs.J)) return false;
  const Index degree = pairs.first[1];
  if ((degree != 4 && degree != 6) || !is_regular(pairs.first, degree)) return false;
  if (!rest.J.empty() && (!are_alike(rest.J) || rest.neighbour != pairs.neighbour)) return false;
  if (!system.field.empty() || system.sites > (Index{1} << 31)) return false;
  const PlaquetteLists& squares = bonds.plaquettes;
  return are_alike(squares.K) && is_regular(squares.first, squares.first[1]);
}

}  // namespace

std::optional<UniformSurrogate> uniform_surrogate(const Graph& system,
                                                  const SurrogateBonds& bonds) {
  if (!is_uniform(system, bonds)) return std::nullopt;
  const Adjacency& pairs = bonds.bonds;
  UniformSurrogate all;
  all.beta = bonds.beta;
  all.sites = system.sites;
  all.degree = pairs.first[1];
  all.squares = bonds.plaquettes.first[1];
  all.threshold = bonds.threshold.front();
  if (!bonds.residual.J.empty()) all.residual = bonds.residual.J.front();
  std::vector<std::vector<std::uint32_t>> by_site(static_cast<std::size_t>(system.sites));
  std::uint32_t number = 0;
  for (const auto& [corners, K] : system.plaquettes) {
    all.K = K;
    for (const Index i : corners) {
      by_site[static_cast<std::size_t>(i)].push_back(number);
      all.corners.push_back(static_cast<std::uint32_t>(i));
    }
    ++number;
  }
  for (std::size_t i = 0; i < by_site.size(); ++i) {
    for (Index n = pairs.first[i]; n < pairs.first[i + 1]; ++n)
      all.near.push_back(static_cast<std::uint32_t>(pairs.neighbour[static_cast<std::size_t>(n)]));
    all.near.insert(all.near.end(), by_site[i].begin(), by_site[i].end());
  }
  return all;
}

}  // namespace nmc
