#include "tests/contracts/local_odds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nmc::test {

LocalOdds::LocalOdds(const Graph& graph, const LocalKernel& kernel)
    : kernel_(kernel),
      real_(RealGraph::of(graph)),
      is_real_(kernel.is_real || !BitGraph::fits(graph)) {
  if (is_real_) return;
  J_ = BitGraph::of(graph).J;
  for (int degree = 0; degree <= BitRule::kMaxDegree; ++degree)
    rules_.emplace_back(kernel.rule, degree, J_, std::vector{kernel.beta});
}

// Terms in the order of RealGraph::field(), so that cancellations round alike.
double LocalOdds::field(Index state, Index site) const {
  const auto s = [&](std::uint32_t j) { return (state >> j & 1) != 0 ? 1.0 : -1.0; };
  const auto i = static_cast<std::size_t>(site);
  double h = real_.base[i];
  for (auto n = static_cast<std::size_t>(real_.first_pair[i]);
       n < static_cast<std::size_t>(real_.first_pair[i + 1]); ++n)
    h += real_.J[n] * s(real_.neighbour[n]);
  for (auto n = static_cast<std::size_t>(real_.first_triple[i]);
       n < static_cast<std::size_t>(real_.first_triple[i + 1]); ++n)
    h += real_.K[n] *
         (s(real_.triple[3 * n]) * s(real_.triple[3 * n + 1]) * s(real_.triple[3 * n + 2]));
  return h;
}

FlipOdds LocalOdds::flip_of_bits(Index site, int aligned) const {
  const auto i = static_cast<std::size_t>(site);
  const auto z = static_cast<int>(real_.first_pair[i + 1] - real_.first_pair[i]);
  const BitRule& rule = rules_[static_cast<std::size_t>(z)];
  if (kernel_.rule == LocalRule::heat_bath) {
    const double against = rule.probability(0, (std::abs(aligned) - z % 2) / 2);
    const FlipOdds odds{against, 1 - against};
    return aligned >= 0 ? odds : odds.reversed();
  }
  double p = aligned == 0 ? kernel_.tie : 1;
  if (aligned > 0) p = rule.probability(0, (z - aligned) / 2);
  if (rule.is_hot(0)) p *= MetropolisKappa::hot;
  return {p, 1 - p};
}

FlipOdds LocalOdds::flip(Index state, Index site) const {
  const double h = field(state, site);
  const bool is_up = (state >> site & 1) != 0;
  if (!is_real_) return flip_of_bits(site, static_cast<int>(std::lround((is_up ? h : -h) / J_)));
  const auto rule =
      SiteRule::of(kernel_.rule, kernel_.beta, real_.strength[static_cast<std::size_t>(site)]);
  const double p = real_probability(rule, h, is_up);
  const FlipOdds odds{p, 1 - p};
  return kernel_.rule == LocalRule::heat_bath && is_up ? odds.reversed() : odds;
}

Successors LocalOdds::sweep(std::span<const std::uint32_t> order) const {
  Successors next(static_cast<std::size_t>(states()));
  std::vector<std::uint32_t> found;
  for (std::size_t from = 0; from < next.size(); ++from) {
    std::vector<std::uint32_t>& here = next[from];
    here.assign(1, static_cast<std::uint32_t>(from));
    for (const std::uint32_t site : order) {
      found.clear();
      for (const std::uint32_t state : here) {
        const FlipOdds odds = flip(state, site);
        if (odds.stay > 0) found.push_back(state);
        if (odds.flip > 0) found.push_back(state ^ 1U << site);
      }
      std::ranges::sort(found);
      const auto rest = std::ranges::unique(found);
      here.assign(found.begin(), rest.begin());
    }
  }
  return next;
}

std::vector<std::uint32_t> in_sequence(const Graph& graph) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(graph.sites));
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

std::vector<std::uint32_t> by_colours(const Graph& graph) {
  std::vector<std::uint32_t> order = in_sequence(graph);
  const std::vector<int> colours = colouring(graph);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t site) { return colours[site]; });
  return order;
}

}  // namespace nmc::test
