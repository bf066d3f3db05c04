#include "physics/graphs/random_graphs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "physics/graphs/disorder.hpp"

namespace nmc {
namespace {

/// Half-edges that are still free, and the edges made so far, of one attempt.
class Pairing {
 public:
  Pairing(Index sites, Index degree) : degree_(degree), neighbours_(sites) {
    for (Index i = 0; i < sites; ++i) free_.insert(free_.end(), degree, i);
  }

  /// Joins random free ends until none are left; false where no allowed pair is left.
  bool finish(DisorderNumbers& numbers) {
    std::size_t failures = 0;
    while (!free_.empty()) {
      if (join_random(numbers)) {
        failures = 0;
      } else if (++failures > free_.size()) {  // a scan costs as much as the draws before it
        if (!has_allowed_pair()) return false;
        failures = 0;
      }
    }
    return true;
  }

  [[nodiscard]] Graph graph() const {
    Graph graph;
    graph.sites = std::ssize(neighbours_);
    for (Index i = 0; i < graph.sites; ++i) {
      std::vector<Index> sorted = neighbours_[i];
      std::sort(sorted.begin(), sorted.end());
      for (const Index j : sorted)
        if (j > i) graph.bonds.push_back({i, j, 1});
    }
    return graph;
  }

 private:
  [[nodiscard]] bool is_allowed(Index i, Index j) const {
    const auto& list = neighbours_[i];
    return i != j && std::find(list.begin(), list.end(), j) == list.end();
  }

  void remove(std::size_t at) {
    free_[at] = free_.back();
    free_.pop_back();
  }

  bool join_random(DisorderNumbers& numbers) {
    auto a = static_cast<std::size_t>(numbers.below(std::ssize(free_)));
    auto b = static_cast<std::size_t>(numbers.below(std::ssize(free_)));
    const auto [i, j] = std::pair(free_[a], free_[b]);
    if (!is_allowed(i, j)) return false;
    neighbours_[i].push_back(j);
    neighbours_[j].push_back(i);
    if (a < b) std::swap(a, b);
    remove(a);
    remove(b);
    return true;
  }

  /// Sites with free ends are few where draws fail often: at most `degree` per end that is left.
  [[nodiscard]] bool has_allowed_pair() const {
    std::vector<Index> sites = free_;
    std::sort(sites.begin(), sites.end());
    sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
    // A site has fewer than `degree` neighbours: among degree + 1 others one is allowed.
    if (std::ssize(sites) > degree_ + 1) return true;
    for (const Index i : sites)
      for (const Index j : sites)
        if (is_allowed(i, j)) return true;
    return false;
  }

  Index degree_;
  std::vector<Index> free_;
  std::vector<std::vector<Index>> neighbours_;
};

void check_degree(Index sites, Index degree) {
  require(degree >= 3,
          fmt::format("degree = {}: a random regular graph that hangs together needs 3 or more; "
                      "degree 2 is a ring, lattice = chain",
                      degree));
  require(degree < sites, fmt::format("degree = {} needs more than {} sites: every site has at "
                                      "most N - 1 neighbours",
                                      degree, sites));
  require(sites * degree % 2 == 0,
          fmt::format("no graph of {} sites has degree {} everywhere: their product counts every "
                      "bond twice and must be even; try N = {}",
                      sites, degree, sites + 1));
}

}  // namespace

Graph complete_graph(Index sites) {
  require(sites >= 2, fmt::format("a complete graph needs 2 sites or more, not {}", sites));
  Graph graph;
  graph.sites = sites;
  graph.bonds.reserve(static_cast<std::size_t>(sites * (sites - 1) / 2));
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) graph.bonds.push_back({i, j, 1});
  return graph;
}

bool is_connected(const Graph& graph) {
  const Adjacency rows = adjacency(graph);
  std::vector<bool> is_seen(graph.sites, false);
  std::vector<Index> queue{0};
  is_seen[0] = true;
  for (std::size_t at = 0; at < queue.size(); ++at)
    for (Index n = rows.first[queue[at]]; n < rows.first[queue[at] + 1]; ++n) {
      const Index j = rows.neighbour[n];
      if (is_seen[j]) continue;
      is_seen[j] = true;
      queue.push_back(j);
    }
  return std::ssize(queue) == graph.sites;
}

Graph random_regular_graph(Index sites, Index degree, std::uint64_t seed) {
  check_degree(sites, degree);
  DisorderNumbers numbers(seed, DisorderUse::graph);
  // Sparse graphs succeed within a few attempts; nearly complete ones of many sites need more.
  constexpr int max_attempts = 100000;
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    Pairing pairing(sites, degree);
    if (!pairing.finish(numbers)) continue;
    Graph graph = pairing.graph();
    if (is_connected(graph)) return graph;
  }
  throw UserError(
      fmt::format("no simple graph of {} sites and degree {} was found; for a nearly "
                  "complete graph take lattice = complete",
                  sites, degree));
}

}  // namespace nmc
