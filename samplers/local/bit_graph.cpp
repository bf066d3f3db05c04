#include <algorithm>
#include <cmath>

#include "samplers/local/bit_kernels.hpp"

namespace nmc {

bool BitGraph::fits(const Graph& graph) {
  if (!graph.plaquettes.empty() ||
      std::ranges::any_of(graph.field, [](double h) { return h != 0; }))
    return false;
  const Adjacency all = adjacency(graph);
  double J = 0;
  for (Index i = 0; i < graph.sites; ++i) {
    Index degree = 0;
    for (Index n = all.first[i]; n < all.first[i + 1]; ++n) {
      if (all.J[n] == 0) continue;
      if (J == 0) J = std::abs(all.J[n]);
      if (std::abs(all.J[n]) != J) return false;
      ++degree;
    }
    if (degree > BitRule::kMaxDegree) return false;
  }
  return J > 0;
}

BitGraph BitGraph::of(const Graph& graph) {
  const Adjacency all = adjacency(graph);
  BitGraph bits;
  bits.first.push_back(0);
  for (Index i = 0; i < graph.sites; ++i) {
    for (Index n = all.first[i]; n < all.first[i + 1]; ++n) {
      if (all.J[n] == 0) continue;
      bits.J = std::abs(all.J[n]);
      bits.neighbour.push_back(static_cast<std::uint32_t>(all.neighbour[n]));
      bits.sign.push_back(all.J[n] < 0 ? ~std::uint64_t{0} : 0);
    }
    bits.first.push_back(static_cast<Index>(bits.neighbour.size()));
  }
  return bits;
}

}  // namespace nmc
