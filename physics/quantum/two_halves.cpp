#include "physics/quantum/two_halves.hpp"

namespace nmc {

std::optional<std::vector<bool>> two_halves(const Graph& graph) {
  const Adjacency near = adjacency(graph);
  std::vector<int> half(static_cast<std::size_t>(graph.sites), -1);
  std::vector<Index> reached;
  for (Index start = 0; start < graph.sites; ++start) {
    if (half[static_cast<std::size_t>(start)] >= 0) continue;
    half[static_cast<std::size_t>(start)] = 1;
    reached.assign(1, start);
    while (!reached.empty()) {
      const Index at = reached.back();
      reached.pop_back();
      const int other = 1 - half[static_cast<std::size_t>(at)];
      for (Index k = near.first[at]; k < near.first[at + 1]; ++k) {
        int& there = half[static_cast<std::size_t>(near.neighbour[k])];
        if (there == 1 - other) return std::nullopt;
        if (there < 0) reached.push_back(near.neighbour[k]);
        there = other;
      }
    }
  }
  std::vector<bool> first(half.size());
  for (std::size_t i = 0; i < half.size(); ++i) first[i] = half[i] == 1;
  return first;
}

}  // namespace nmc
