#include "physics/graphs/disorder.hpp"

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr Index kRefill = 1024;

/// Purpose::disorder with the use in place of the chain.
Streams disorder_streams(std::uint64_t seed, DisorderUse use) {
  return {seed, 0, static_cast<std::uint32_t>(use), Purpose::disorder};
}

}  // namespace

DisorderNumbers::DisorderNumbers(std::uint64_t seed, DisorderUse use)
    : streams_(disorder_streams(seed, use)), numbers_(1, kRefill), next_(kRefill) {}

double DisorderNumbers::uniform() {
  if (next_ == kRefill) {
    fill_uniform(streams_, numbers_);
    ++streams_.step;
    next_ = 0;
  }
  return numbers_(0, next_++);
}

Index DisorderNumbers::below(Index n) {
  return static_cast<Index>(uniform() * static_cast<double>(n));
}

void draw_signs(Graph& graph, std::uint64_t seed) {
  DisorderNumbers numbers(seed, DisorderUse::couplings);
  graph.bonds.set_signs(1, [&numbers] { return !(numbers.uniform() < 0.5); });
  graph.torus.clear();
}

void draw_normal_couplings(Graph& graph, std::uint64_t seed, double width) {
  if (graph.bonds.empty()) return;
  Batch z(1, static_cast<Index>(graph.bonds.size()));
  fill_normal(disorder_streams(seed, DisorderUse::couplings), z);
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = std::nearbyint(width * z(0, static_cast<Index>(b)) * 0x1p32) * 0x1p-32;
  graph.torus.clear();
}

Batch random_patterns(std::uint64_t seed, Index patterns, Index sites) {
  DisorderNumbers numbers(seed, DisorderUse::patterns);
  Batch xi(patterns, sites);
  for (Index mu = 0; mu < patterns; ++mu)
    for (Index i = 0; i < sites; ++i) xi(mu, i) = numbers.uniform() < 0.5 ? 1 : -1;
  return xi;
}

Graph hopfield_graph(const Batch& patterns) {
  require(patterns.rows() >= 1 && patterns.cols() >= 2,
          "a Hopfield network needs one pattern or more on two sites or more");
  require((patterns.abs() == 1).all(), "patterns are made of +1 and -1");
  Graph graph;
  graph.sites = patterns.cols();
  for (Index i = 0; i < graph.sites; ++i)
    for (Index j = i + 1; j < graph.sites; ++j) {
      const double overlap = (patterns.col(i) * patterns.col(j)).sum();  // a sum of ±1 is exact
      if (overlap != 0) graph.bonds.push_back({i, j, overlap / static_cast<double>(graph.sites)});
    }
  return graph;
}

}  // namespace nmc
