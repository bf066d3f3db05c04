#include "physics/exact/frontier_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "physics/exact/frontier_order.hpp"

namespace nmc {

namespace {

/// Slots 0, 1, 2 are the lanes of a vector: sites leave from there one state at a time, so those
/// that stay longest are put there.
constexpr int lane_slots = 3;
/// Wider tables leave the second-level cache; narrower ones also give threads something to share.
constexpr int cached_width = 16;
/// More fixed sites than this need more loops than anybody waits for.
constexpr std::size_t max_fixed = 40;
/// Elementary operations of a search over orders, some 50 ms and 2 ms, and of all searches for one
/// plan: about a second.
constexpr double full_search = 2e7, short_search = 5e5, all_searches = 2e8;

/// Writes the steps of a plan for a given order.
class Planner {
 public:
  Planner(const SpinPolynomial& terms, FrontierPlan& plan, const std::vector<Index>& order)
      : plan_(plan),
        order_(order),
        fixed_(terms.sites, -1),
        position_(terms.sites, -1),
        last_(terms.sites, -1),
        closes_(order.size()) {
    for (std::size_t k = 0; k < plan.fixed.size(); ++k) fixed_[plan.fixed[k]] = static_cast<int>(k);
    for (std::size_t t = 0; t < order.size(); ++t)
      last_[order[t]] = position_[order[t]] = static_cast<Index>(t);
    for (const Monomial& term : terms.terms) file(term);
  }

  void write() {
    for (std::size_t t = 0; t < order_.size(); ++t)
      plan_.steps.push_back(step(static_cast<Index>(t)));
    for (const FrontierStep& step : plan_.steps) plan_.width = std::max(plan_.width, step.width);
  }

 private:
  /// Under the step that adds its last free site.
  void file(const Monomial& term) {
    Index closed = -1;
    for (const Index site : term.sites) closed = std::max(closed, position_[site]);
    for (const Index site : term.sites)
      if (fixed_[site] < 0) last_[site] = std::max(last_[site], closed);
    if (closed >= 0)
      closes_[closed].push_back(&term);
    else
      plan_.constants.push_back(planned(term, -1));
  }

  [[nodiscard]] int slot_of(Index site) const {
    return static_cast<int>(std::find(slots_.begin(), slots_.end(), site) - slots_.begin());
  }

  [[nodiscard]] PlannedTerm planned(const Monomial& term, Index added) const {
    PlannedTerm result;
    result.coupling = term.coupling;
    for (const Index site : term.sites) {
      if (fixed_[site] >= 0)
        result.fixed |= std::uint64_t{1} << fixed_[site];
      else if (site != added)
        result.slots |= std::uint64_t{1} << slot_of(site);
    }
    return result;
  }

  /// The slot of a site that ends with this step, moved out of the lanes; −1 where none ends.
  int freed_slot(Index t, FrontierStep& step) {
    const auto ends = [&](Index site) { return last_[site] == t; };
    auto leaving = std::find_if(slots_.rbegin(), slots_.rend(), ends);
    if (leaving == slots_.rend()) return -1;
    int slot = static_cast<int>(slots_.rend() - leaving) - 1;
    if (slot<lane_slots&& static_cast<int>(slots_.size())> lane_slots) {
      const auto stays = std::max_element(slots_.begin() + lane_slots, slots_.end(),
                                          [&](Index a, Index b) { return last_[a] < last_[b]; });
      const int other = static_cast<int>(stays - slots_.begin());
      std::swap(slots_[slot], slots_[other]);
      step.exchanges.push_back({slot, other});
      slot = other;
    }
    return slot;
  }

  FrontierStep step(Index t) {
    FrontierStep step;
    const Index site = order_[t];
    step.slot = freed_slot(t, step);
    for (const Monomial* term : closes_[t]) step.terms.push_back(planned(*term, site));
    if (step.slot < 0)
      slots_.push_back(site);
    else
      slots_[step.slot] = site;
    step.width = static_cast<int>(slots_.size());
    for (int slot = step.width - 1; slot >= 0; --slot) {
      if (last_[slots_[slot]] != t) continue;
      step.removed.push_back(slot);
      slots_[slot] = slots_.back();
      slots_.pop_back();
    }
    return step;
  }

  FrontierPlan& plan_;
  const std::vector<Index>& order_;
  std::vector<int> fixed_;       ///< place among the fixed sites, or −1
  std::vector<Index> position_;  ///< step of each free site
  std::vector<Index> last_;      ///< step after which it may be summed over
  std::vector<std::vector<const Monomial*>> closes_;
  std::vector<Index> slots_;  ///< site in each slot
};

FrontierPlan make_plan(const SpinPolynomial& terms, std::vector<Index> fixed,
                       const std::vector<Index>& order) {
  FrontierPlan plan;
  plan.sites = terms.sites;
  plan.fixed = std::move(fixed);
  Planner(terms, plan, order).write();
  return plan;
}

double sweep_cost(const FrontierPlan& plan) {
  double cost = 0;
  for (const FrontierStep& step : plan.steps) cost += sweep_step_cost(step.width);
  return cost;
}

/// Sites to fix with an order of the others.
struct Choice {
  std::vector<Index> fixed;
  SweepOrder order;
  double total = 0;  ///< cost of all fixed states
};

/// What is left of all_searches. Large graphs use it up, by count and not by clock, so that the
/// plan is the same everywhere; what was found by then is taken.
class SearchBudget {
 public:
  bool take(double operations) {
    left_ -= operations;
    return left_ > 0;
  }

 private:
  double left_ = all_searches;
};

/// Elementary operations of listing the neighbours of a graph, of one look along an order, and at
/// least of a search.
struct SearchCost {
  explicit SearchCost(const SpinPolynomial& terms) {
    for (const Monomial& term : terms.terms)
      links += static_cast<double>(term.sites.size() * (term.sites.size() - 1));
  }
  [[nodiscard]] double listing() const { return 16 * links; }
  [[nodiscard]] double search(double budget) const { return std::max(budget, 32 * links); }
  double links = 1;
};

Choice choose(const SpinPolynomial& terms, int max_width, SearchBudget& budget) {
  const SearchCost cost(terms);
  // One fixed site is free of charge where the flip of all spins is a symmetry.
  const double symmetry = terms.is_even() ? 0.5 : 1;
  const auto total = [symmetry](const SweepOrder& order, std::size_t sites) {
    return (order.cost + 1) * std::max(1.0, symmetry * std::exp2(static_cast<double>(sites)));
  };
  Choice choice{{}, find_order(SiteNeighbours(terms, {}), full_search)};
  choice.total = total(choice.order, 0);
  double least = choice.total;
  budget.take(cost.search(full_search));
  while (budget.take(cost.listing()) && std::isfinite(choice.total) &&
         !choice.order.order.empty() && choice.fixed.size() < max_fixed) {
    std::vector<Index> more = choice.fixed;
    more.push_back(choice.order.longest);
    const SiteNeighbours neighbours(terms, more);
    std::vector<Index> rest = choice.order.order;
    std::erase(rest, choice.order.longest);
    SweepOrder next = evaluate_order(neighbours, rest, choice.order.cost);
    // A little more work is worth the smaller tables and the tasks for threads.
    const bool is_cheap = total(next, more.size()) <= 1.25 * least;
    if (!is_cheap && choice.order.width <= max_width) break;
    if (budget.take(cost.search(short_search))) {
      SweepOrder searched = find_order(neighbours, short_search);
      if (searched.cost < next.cost) next = std::move(searched);
    }
    choice = {std::move(more), std::move(next)};
    choice.total = total(choice.order, choice.fixed.size());
    least = std::min(least, choice.total);
  }
  return choice;
}

/// The least of the row's images under rotation, reflection and the flip of all spins.
std::uint64_t representative(std::uint64_t row, Index extent) {
  const std::uint64_t mask = (std::uint64_t{1} << extent) - 1;
  std::uint64_t reflected = 0;
  for (Index i = 0; i < extent; ++i)
    if ((row >> i & 1U) != 0) reflected |= std::uint64_t{1} << (extent - 1 - i);
  std::uint64_t least = row;
  for (std::uint64_t image : {row, reflected, ~row & mask, ~reflected & mask})
    for (Index shift = 0; shift < extent; ++shift) {
      least = std::min(least, image);
      image = (image >> 1) | ((image & 1U) << (extent - 1));
    }
  return least;
}

}  // namespace

FrontierPlan plan_frontier(const SpinPolynomial& terms, int max_width) {
  SearchBudget budget;
  Choice choice = choose(terms, max_width, budget);
  if (choice.order.width > cached_width) {
    Choice narrow = choose(terms, cached_width, budget);
    if (narrow.total <= 1.25 * choice.total) choice = std::move(narrow);
  }
  FrontierPlan plan;
  plan.state_steps = std::numeric_limits<double>::infinity();
  if (!std::isfinite(choice.total) || choice.order.width > max_width) return plan;
  plan = make_plan(terms, std::move(choice.fixed), choice.order.order);
  plan.state_steps = choice.total;
  return plan;
}

FrontierPlan plan_torus(const SpinPolynomial& terms, Index lx, Index ly) {
  const Index rows = std::max(lx, ly), extent = std::min(lx, ly);
  const auto site = [&](Index along, Index row) {
    return lx <= ly ? along + lx * row : row + lx * along;
  };
  std::vector<Index> fixed, order;
  for (Index row = 0; row < rows; ++row)
    for (Index along = 0; along < extent; ++along)
      (row == 0 ? fixed : order).push_back(site(along, row));
  FrontierPlan plan = make_plan(terms, fixed, order);
  std::map<std::uint64_t, std::uint64_t> classes;
  for (std::uint64_t row = 0; row < std::uint64_t{1} << extent; ++row)
    ++classes[representative(row, extent)];
  for (const auto& [bits, weight] : classes) plan.fixed_states.push_back({bits, weight});
  plan.state_steps = sweep_cost(plan) * static_cast<double>(classes.size());
  return plan;
}

std::vector<FixedState> fixed_states(const FrontierPlan& plan, const SpinPolynomial& terms) {
  if (!plan.fixed_states.empty()) return plan.fixed_states;
  const bool halves = terms.is_even() && !plan.fixed.empty();
  const std::size_t free = plan.fixed.size() - (halves ? 1 : 0);
  std::vector<FixedState> states;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << free; ++bits)
    states.push_back({bits, halves ? 2U : 1U});
  return states;
}

}  // namespace nmc
