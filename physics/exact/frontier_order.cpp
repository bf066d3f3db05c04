#include "physics/exact/frontier_order.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace nmc {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr int max_restarts = 128;
/// Of one step, in units of the work on one state.
constexpr double overhead = 64;
/// No sweep is ever wider, fixed sites included.
constexpr int hopeless_width = 60;

/// SplitMix64, a coin for ties.
std::uint64_t hashed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

/// The frontier while sites are added one by one.
class Frontier {
 public:
  explicit Frontier(const SiteNeighbours& neighbours)
      : neighbours_(neighbours), to_come_(neighbours.sites()), age_(neighbours.sites(), -1) {
    for (Index i = 0; i < neighbours.sites(); ++i)
      to_come_[i] = static_cast<Index>(neighbours.of(i).size());
  }
  [[nodiscard]] bool has(Index site) const { return age_[site] >= 0; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] Index age(Index site) const { return age_[site]; }
  [[nodiscard]] Index to_come(Index site) const { return to_come_[site]; }
  /// Change of the size by adding `site`.
  [[nodiscard]] int change(Index site) const {
    int change = to_come_[site] > 0 ? 1 : 0;
    for (const Index other : neighbours_.of(site))
      if (has(other) && to_come_[other] == 1) --change;
    return change;
  }
  /// Width of the step that adds `site`.
  int add(Index site) {
    bool makes_room = false;
    int width = size_ + 1;
    age_[site] = count_++;
    if (to_come_[site] > 0) ++size_;
    for (const Index other : neighbours_.of(site)) {
      --to_come_[other];
      if (!has(other) || to_come_[other] > 0) continue;
      --size_;
      makes_room = true;
    }
    return makes_room ? width - 1 : width;
  }

 private:
  const SiteNeighbours& neighbours_;
  std::vector<Index> to_come_;  ///< neighbours not added yet
  std::vector<Index> age_;      ///< step at which the site was added, −1 before
  int size_ = 0;
  Index count_ = 0;
};

/// Grows an order by the site next to the frontier that leaves the smallest one. The candidates lie
/// in a queue, and a candidate moves in it where a neighbour of its neighbours is added: all steps
/// together cost links × ln(links), however many candidates a hub has.
class GreedyOrder {
 public:
  /// Variant 0 takes the oldest neighbourhood among equals, the others throw a coin.
  GreedyOrder(const SiteNeighbours& neighbours, int variant)
      : neighbours_(neighbours),
        variant_(variant),
        frontier_(neighbours),
        candidates_(neighbours.sites()) {}

  /// From `start`, then from the first sites of further components; shorter than all free sites
  /// where the frontier becomes hopeless.
  std::vector<Index> run(Index start) {
    Index free = 0, next_component = 0;
    for (Index i = 0; i < neighbours_.sites(); ++i) free += neighbours_.is_fixed(i) ? 0 : 1;
    add(start);
    while (std::ssize(order_) < free && frontier_.size() <= hopeless_width) {
      if (!queue_.empty()) {
        add(std::get<2>(*queue_.begin()));
        continue;
      }
      while (next_component < neighbours_.sites() &&
             (neighbours_.is_fixed(next_component) || frontier_.has(next_component)))
        ++next_component;
      if (next_component == neighbours_.sites()) break;
      add(next_component);
    }
    return std::move(order_);
  }

 private:
  /// Change of the frontier, tie-breaker, site.
  using Key = std::tuple<int, std::uint64_t, Index>;
  struct Candidate {
    bool is_queued = false;
    int change = 0;
    std::uint64_t tie = 0;
  };

  void add(Index site) {
    if (candidates_[site].is_queued) take_out(site);
    frontier_.add(site);
    order_.push_back(site);
    for (const Index other : neighbours_.of(site)) {
      if (!frontier_.has(other) && frontier_.to_come(other) == 0) improve(other);
      if (frontier_.has(other)) improve_last_neighbour(other);
    }
    improve_last_neighbour(site);
    for (const Index other : neighbours_.of(site))
      if (!frontier_.has(other) && !candidates_[other].is_queued) enter(other, site);
  }

  void take_out(Index site) {
    const Candidate& candidate = candidates_[site];
    queue_.erase({candidate.change, candidate.tie, site});
  }

  void enter(Index site, Index oldest) {
    const auto tie = variant_ == 0
                         ? static_cast<std::uint64_t>(frontier_.age(oldest))
                         : hashed(static_cast<std::uint64_t>(variant_ * 1'000'003 + site));
    candidates_[site] = {true, frontier_.change(site), tie};
    queue_.insert({candidates_[site].change, tie, site});
  }

  /// The frontier would be one smaller than it was known to be.
  void improve(Index site) {
    if (!candidates_[site].is_queued) return;  // counted when it enters
    take_out(site);
    --candidates_[site].change;
    queue_.insert({candidates_[site].change, candidates_[site].tie, site});
  }

  /// A site of the frontier goes with the last of its neighbours.
  void improve_last_neighbour(Index site) {
    if (frontier_.to_come(site) != 1) return;
    for (const Index other : neighbours_.of(site))
      if (!frontier_.has(other)) improve(other);
  }

  const SiteNeighbours& neighbours_;
  int variant_;
  Frontier frontier_;
  std::vector<Candidate> candidates_;
  std::set<Key> queue_;
  std::vector<Index> order_;
};

}  // namespace

SiteNeighbours::SiteNeighbours(const SpinPolynomial& terms, const std::vector<Index>& fixed)
    : of_(terms.sites), is_fixed_(terms.sites) {
  for (const Index site : fixed) is_fixed_[site] = 1;
  for (const Monomial& term : terms.terms)
    for (const Index i : term.sites)
      for (const Index j : term.sites)
        if (i != j && !is_fixed_[i] && !is_fixed_[j]) of_[i].push_back(j);
  for (auto& list : of_) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
}

double sweep_step_cost(int width) {
  const double memory = width <= 15 ? 1 : width <= 19 ? 1.5 : 2.5;
  return std::exp2(width) * memory + overhead;
}

SweepOrder evaluate_order(const SiteNeighbours& neighbours, std::vector<Index> order,
                          double limit) {
  Frontier frontier(neighbours);
  SweepOrder result{std::move(order)};
  std::vector<double> cost_before;  // of the steps up to each
  for (const Index site : result.order) {
    cost_before.push_back(result.cost);
    const int width = frontier.add(site);
    result.width = std::max(result.width, width);
    result.cost += sweep_step_cost(width);
    if (result.cost > limit || width > hopeless_width) {
      result.cost = infinite;
      return result;
    }
  }
  cost_before.push_back(result.cost);
  // A site is in the frontier from its own step to that of its last neighbour.
  std::vector<Index> position(neighbours.sites());
  for (Index t = 0; t < static_cast<Index>(result.order.size()); ++t) position[result.order[t]] = t;
  double most = -1;
  for (const Index site : result.order) {
    Index last = position[site];
    for (const Index other : neighbours.of(site)) last = std::max(last, position[other]);
    const double work = cost_before[last + 1] - cost_before[position[site]];
    if (work > most) most = work, result.longest = site;
  }
  return result;
}

SweepOrder find_order(const SiteNeighbours& neighbours, double budget) {
  std::vector<Index> own;
  double links = 1;
  for (Index i = 0; i < neighbours.sites(); ++i)
    if (!neighbours.is_fixed(i)) {
      own.push_back(i);
      links += static_cast<double>(neighbours.of(i).size());
    }
  SweepOrder best = evaluate_order(neighbours, own, infinite);
  if (own.empty()) return best;
  // Each step of a greedy order looks at a border of, say, 32 sites.
  const auto restarts =
      static_cast<int>(std::clamp(budget / (32 * links), 1.0, 1.0 * max_restarts));
  for (int variant = 0; variant < restarts; ++variant) {
    const Index start = own[static_cast<std::size_t>(variant) * own.size() / restarts];
    // Even numbers decide by age, odd ones by coins, from starts all over the graph.
    std::vector<Index> order = GreedyOrder(neighbours, variant % 2 == 0 ? 0 : variant).run(start);
    if (order.size() < own.size()) continue;
    SweepOrder candidate = evaluate_order(neighbours, std::move(order), best.cost);
    if (candidate.cost < best.cost) best = std::move(candidate);
  }
  return best;
}

}  // namespace nmc
