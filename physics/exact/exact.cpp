#include "physics/exact/exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "physics/exact/enumeration.hpp"
#include "physics/exact/kaufman.hpp"
#include "physics/exact/transfer_matrix.hpp"
#include "physics/systems/beta_limit.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/energy_unit.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

namespace {

/// Below this enumeration takes a tenth of a second and gives every value.
constexpr Index always_enumerated = 26;
/// Sites and bonds of the largest system whose orders are searched: about a second.
constexpr Index swept_limit = 200'000;
constexpr Index swept_bonds = 1'000'000;
/// Rows of a sweep should stay within the second-level cache: numbers of 8 bytes.
constexpr double row_numbers = 1 << 18;

/// What may be added unasked costs no more: CPU seconds.
constexpr double cheap_seconds = 0.5;

/// The solvers of one system, in units of its couplings, within one budget.
class Solver {
 public:
  Solver(const Graph& graph, double beta, const ExactEffort& effort)
      : graph_(graph),
        beta_(beta),
        effort_(effort),
        torus_(uniform_torus(graph)),
        seconds_left_(effort.cpu_seconds) {
    // The closed formula of a large torus needs no list of its terms, nor does a refusal.
    if (graph.sites > (torus_ ? magnetisation_limit : swept_limit)) return;
    if (is_hopeless()) return;
    list_terms();
  }

  ExactAnswer answer() {
    if (is_hopeless() || (graph_.sites > swept_limit && !torus_))
      return {std::nullopt, out_of_reach()};
    if (effort_.density_of_states && levels_.count == 0 && !terms_.terms.empty())
      return {std::nullopt, no_density_of_states};
    if (enumerates()) return {enumerate_spins(graph_, beta_, effort_), ""};
    std::optional<Exact> exact = closed_form();
    if (!exact) {
      if (graph_.sites > swept_limit) return {std::nullopt, out_of_reach()};
      if (terms_.sites == 0) list_terms();
      const FrontierPlan plan = plan_frontier(terms_);
      if (!take(transfer_matrix_seconds(plan))) return {std::nullopt, reason(plan)};
      exact = transfer_matrix(terms_, plan, beta_, effort_.threads);
    }
    add_magnetisation(*exact);
    if (exact->ground_state_degeneracy.empty()) add_degeneracy(*exact);
    if (effort_.density_of_states) {
      exact->density_of_states = levels(levels_.count);
      if (exact->density_of_states.empty())
        return {std::nullopt, fmt::format("the density of states takes too long, or has more "
                                          "than {} spins",
                                          count_limit) +
                                  way_out()};
    }
    return {exact, ""};
  }

 private:
  void list_terms() {
    terms_ = spin_polynomial(graph_);
    levels_ = energy_levels(terms_);
  }

  /// A graph of width w has at most w bonds for each site, and a fixed site takes one from each of
  /// the others: beyond that no order needs to be looked for. Two bonds may join one pair.
  [[nodiscard]] bool is_hopeless() const {
    constexpr Index most_bonds_per_site = 2 * 62;
    return graph_.sites > enumeration_limit &&
           (std::ssize(graph_.bonds) > most_bonds_per_site * graph_.sites ||
            (!torus_ && std::ssize(graph_.bonds) > swept_bonds));
  }

  /// Where it is quick; else where the time is there and no sweep is much shorter.
  [[nodiscard]] bool enumerates() const {
    if (graph_.sites <= always_enumerated) return true;
    if (graph_.sites > enumeration_limit || torus_) return false;
    const double seconds = enumeration_seconds(graph_);
    return seconds <= effort_.cpu_seconds &&
           seconds < 4 * transfer_matrix_seconds(plan_frontier(terms_));
  }

  /// None where there is no formula, or it has no digits at this temperature.
  std::optional<Exact> closed_form() {
    if (!torus_ || (torus_->is_ring() && torus_->is_frustrated(0))) return std::nullopt;
    Exact exact;
    try {
      exact = torus_->is_ring() ? ising_ring(torus_->extents[0], beta_, torus_->J[0])
                                : kaufman(*torus_, beta_);
    } catch (const UserError& error) {
      no_formula_ = error.what();
      return std::nullopt;
    }
    if (torus_->is_frustrated(0) || torus_->is_frustrated(1)) return exact;
    // All bonds are satisfied in two states.
    const double bonds = torus_->is_ring() ? std::abs(torus_->J[0])
                                           : std::abs(torus_->J[0]) + std::abs(torus_->J[1]);
    exact.ground_state_energy = -bonds * static_cast<double>(graph_.sites);
    exact.ground_state_degeneracy = "2";
    return exact;
  }

  bool take(double seconds) {
    if (!(seconds <= seconds_left_)) return false;
    seconds_left_ -= seconds;
    return true;
  }

  /// Whether a sum beside lnZ is wanted and the time is there; what is not is noted.
  bool take_extra(const char* names, double seconds, Exact& exact) {
    const bool is_wanted = effort_.moments == Moments::all || seconds <= cheap_seconds;
    if (is_wanted && take(seconds)) return true;
    if (std::isfinite(seconds))
      exact.left_out +=
          fmt::format("{}{}: about {:.2g} s", exact.left_out.empty() ? "" : "; ", names, seconds);
    return false;
  }

  [[nodiscard]] FrontierPlan row_plan(double numbers) const {
    if (torus_ && !torus_->is_ring() && std::ranges::min(torus_->extents) <= max_torus_extent)
      return plan_torus(terms_, torus_->extents[0], torus_->extents[1]);
    const int width =
        std::clamp(static_cast<int>(std::log2(row_numbers / numbers)), 4, max_frontier_width);
    return plan_frontier(terms_, width);
  }

  void add_magnetisation(Exact& exact) {
    if (graph_.sites > magnetisation_limit || effort_.moments == Moments::none) return;
    const FrontierPlan plan = row_plan(static_cast<double>(graph_.sites));
    if (!take_extra("abs_m, m2, m4", magnetisation_seconds(plan), exact)) return;
    const auto moments = magnetisation_moments(terms_, plan, beta_, effort_.threads);
    exact.abs_m = moments.abs_m;
    exact.m2 = moments.m2;
    exact.m4 = moments.m4;
  }

  [[nodiscard]] FrontierPlan levels_plan(Index count) const {
    return row_plan(std::ceil(static_cast<double>(graph_.sites) / 64) * static_cast<double>(count));
  }

  /// The lowest `count` levels; none where they take too long.
  std::vector<Level> levels(Index count) {
    if (graph_.sites > count_limit) return {};
    const FrontierPlan plan = levels_plan(count);
    if (!take(count_levels_seconds(plan, levels_, count))) return {};
    return count_levels(terms_, plan, levels_, {count, effort_.threads});
  }

  void add_degeneracy(Exact& exact) {
    if (levels_.count == 0 || graph_.sites > count_limit) return;
    const FrontierPlan plan = levels_plan(1);
    if (!take_extra("ground_state_degeneracy", count_levels_seconds(plan, levels_, 1), exact))
      return;
    exact.ground_state_degeneracy =
        count_levels(terms_, plan, levels_, {1, effort_.threads}).at(0).states;
  }

  [[nodiscard]] std::string way_out() const {
    return fmt::format("; the limit is {:.3g} s (nmc exact --limit SECONDS)", effort_.cpu_seconds);
  }

  [[nodiscard]] std::string reach() const {
    const std::string formula = no_formula_.empty() ? "" : no_formula_ + "; ";
    return formula +
           fmt::format(
               "enumeration reaches {} spins, Kaufman's formula two-dimensional tori with one "
               "coupling for each direction; this system has {} spins{}, and its transfer matrix ",
               enumeration_limit, graph_.sites, torus_ ? "" : " and is neither");
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
  std::optional<UniformTorus> torus_;
  SpinPolynomial terms_;
  EnergyLevels levels_;
  double seconds_left_;
  std::string no_formula_;  ///< why the closed formula was not taken
};

/// Back from units to energies; lnZ, heat and entropy have none.
void scale_energies(Exact& exact, double unit) {
  *exact.energy *= unit;
  if (exact.ground_state_energy) *exact.ground_state_energy *= unit;
  for (Level& level : exact.density_of_states) level.energy *= unit;
}

}  // namespace

ExactAnswer exact_spins(const Graph& graph, double beta, const ExactEffort& effort) {
  check_beta(beta);
  check(graph);
  check_beta_limit(beta, graph);
  const double unit = energy_unit(graph);
  if (unit == 1) return Solver(graph, beta, effort).answer();
  const Graph scaled = in_units(graph, unit);
  ExactAnswer answer = Solver(scaled, beta * unit, effort).answer();
  if (answer.value) scale_energies(*answer.value, unit);
  return answer;
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
