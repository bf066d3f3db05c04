#include "physics/exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "physics/enumeration.hpp"
#include "physics/ising.hpp"
#include "physics/transfer_matrix.hpp"

namespace nmc {

namespace {

/// Below this enumeration takes a tenth of a second and gives every value.
constexpr Index always_enumerated = 26;
/// Sites of the largest system whose orders are searched: half a second.
constexpr Index swept_limit = 200'000;
/// Rows of a sweep should stay within the second-level cache: numbers of 8 bytes.
constexpr double row_numbers = 1 << 18;

/// The solvers of one system, within one budget.
class Solver {
 public:
  Solver(const Graph& graph, double beta, const ExactEffort& effort)
      : graph_(graph),
        beta_(beta),
        effort_(effort),
        terms_(spin_polynomial(graph)),
        levels_(energy_levels(terms_)),
        seconds_left_(effort.cpu_seconds) {
    // Directions of extent 1 have no bonds.
    std::copy_if(graph.torus.begin(), graph.torus.end(), std::back_inserter(extents_),
                 [](Index extent) { return extent > 1; });
    // The closed formula of a large torus needs no list of its terms, nor does a refusal.
    if (graph.sites > (is_closed_form() ? magnetisation_limit : swept_limit)) return;
    terms_ = spin_polynomial(graph);
    levels_ = energy_levels(terms_);
  }

  ExactAnswer answer() {
    if (graph_.sites > swept_limit && !is_closed_form()) return {std::nullopt, out_of_reach()};
    if (effort_.density_of_states && levels_.count == 0 && !terms_.terms.empty())
      return {std::nullopt, no_density_of_states};
    if (enumerates()) return {finish(enumerate_spins(graph_, beta_, effort_)), ""};
    Exact exact;
    if (is_closed_form()) {
      exact = extents_.size() == 2 ? kaufman(extents_[0], extents_[1], beta_)
                                   : ising_ring(extents_[0], beta_);
      // All bonds are satisfied in the two states of equal spins.
      exact.ground_state_energy = -static_cast<double>(graph_.bonds.size());
      exact.ground_state_degeneracy = fmt::format("{}", 2);
    } else {
      const FrontierPlan plan = plan_frontier(terms_);
      if (!take(transfer_matrix_seconds(plan))) return {std::nullopt, reason(plan)};
      exact = transfer_matrix(terms_, plan, beta_, effort_.threads);
    }
    add_magnetisation(exact);
    if (exact.ground_state_degeneracy.empty()) add_degeneracy(exact);
    if (effort_.density_of_states) {
      exact.density_of_states = levels(levels_.count);
      if (exact.density_of_states.empty())
        return {std::nullopt, fmt::format("the density of states takes too long, or has more "
                                          "than {} spins",
                                          count_limit) +
                                  way_out()};
    }
    return {finish(std::move(exact)), ""};
  }

 private:
  [[nodiscard]] bool is_closed_form() const { return extents_.size() == 1 || extents_.size() == 2; }

  /// Where it is quick; else where the time is there and no sweep is much shorter.
  [[nodiscard]] bool enumerates() const {
    if (graph_.sites <= always_enumerated) return true;
    if (graph_.sites > enumeration_limit || is_closed_form()) return false;
    const double seconds = enumeration_seconds(graph_);
    return seconds <= effort_.cpu_seconds &&
           seconds < 4 * transfer_matrix_seconds(plan_frontier(terms_));
  }

  bool take(double seconds) {
    if (!(seconds <= seconds_left_)) return false;
    seconds_left_ -= seconds;
    return true;
  }

  [[nodiscard]] FrontierPlan row_plan(double numbers) const {
    if (extents_.size() == 2 && std::min(extents_[0], extents_[1]) <= max_torus_extent)
      return plan_torus(terms_, extents_[0], extents_[1]);
    const int width =
        std::clamp(static_cast<int>(std::log2(row_numbers / numbers)), 4, max_frontier_width);
    return plan_frontier(terms_, width);
  }

  void add_magnetisation(Exact& exact) {
    if (graph_.sites > magnetisation_limit) return;
    const FrontierPlan plan = row_plan(static_cast<double>(graph_.sites));
    if (!take(magnetisation_seconds(plan))) return;
    const auto moments = magnetisation_moments(terms_, plan, beta_, effort_.threads);
    exact.abs_m = moments.abs_m;
    exact.m2 = moments.m2;
    exact.m4 = moments.m4;
  }

  /// The lowest `count` levels; none where they take too long.
  std::vector<Level> levels(Index count) {
    if (graph_.sites > count_limit) return {};
    const FrontierPlan plan =
        row_plan(std::ceil(static_cast<double>(graph_.sites) / 64) * static_cast<double>(count));
    if (!take(count_levels_seconds(plan, levels_, count))) return {};
    return count_levels(terms_, plan, levels_, count, effort_.threads);
  }

  void add_degeneracy(Exact& exact) {
    if (levels_.count == 0) return;
    const std::vector<Level> lowest = levels(1);
    if (!lowest.empty()) exact.ground_state_degeneracy = lowest[0].states;
  }

  [[nodiscard]] Exact finish(Exact exact) const {
    exact.entropy = exact.lnZ + beta_ * *exact.energy;
    return exact;
  }

  [[nodiscard]] std::string way_out() const {
    return fmt::format("; the limit is {:.3g} s (nmc exact --limit SECONDS)", effort_.cpu_seconds);
  }

  [[nodiscard]] std::string reach() const {
    return fmt::format(
        "enumeration reaches {} spins, Kaufman's formula two-dimensional tori with "
        "J = 1; this system has {} spins and is neither, and its transfer matrix ",
        enumeration_limit, graph_.sites);
  }

  [[nodiscard]] std::string out_of_reach() const {
    return reach() + "is out of reach: it is for strips up to 14 wide and small cubes";
  }

  [[nodiscard]] std::string reason(const FrontierPlan& plan) const {
    const double seconds = transfer_matrix_seconds(plan);
    if (!std::isfinite(seconds) || seconds > beyond_reach) return out_of_reach();
    return reach() + fmt::format("takes about {:.2g} s of CPU time", seconds) + way_out();
  }

  static constexpr Index max_torus_extent = 16;  ///< rows whose symmetries are listed
  static constexpr double beyond_reach = 1e6;    ///< seconds

  const Graph& graph_;
  double beta_;
  const ExactEffort& effort_;
  SpinPolynomial terms_;
  EnergyLevels levels_;
  double seconds_left_;
  std::vector<Index> extents_;
};

}  // namespace

ExactAnswer exact_spins(const Graph& graph, double beta, const ExactEffort& effort) {
  check_beta(beta);
  return Solver(graph, beta, effort).answer();
}

ExactAnswer exact_dual(const DualIsing& dual, const ExactEffort& effort) {
  ExactAnswer answer = exact_spins(dual.graph(), dual.beta(), effort);
  if (answer.value) {
    answer.value->lnZ += dual.lnZ_minus_lnZ_spin();
    answer.value->method += " of the spins, Gaussian integral";
    answer.value->entropy.reset();  // of the spins; the field's lnZ does not belong to it
  }
  return answer;
}

}  // namespace nmc
