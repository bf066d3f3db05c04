#include <cmath>
#include <limits>

#include "core/parallel/threads.hpp"
#include "physics/exact/row_sweep.hpp"
#include "physics/exact/transfer_matrix.hpp"

namespace nmc {

namespace {

/// Σ e^{−βε} by the number of spins that are up among those added.
class UpCounts {
 public:
  using Number = double;

  UpCounts(const FrontierPlan& plan, double beta) : stride_(plan.steps.size() + 1), beta_(beta) {}

  [[nodiscard]] std::size_t stride() const { return stride_; }
  void begin(double* row) {
    length_ = 1;
    row[0] = 1;
  }
  void copy(const double* row, auto added, double* out) const {
    std::copy_n(row, length_, place(added, out));
  }
  void merge(auto up, auto down, auto added, double* out) const {
    const bool up_is_low = up.excess == 0;
    const auto& low = up_is_low ? up : down;
    const auto& high = up_is_low ? down : up;
    scaled_sum({low.row, length_}, {high.row, length_}, std::exp(-beta_ * high.excess),
               place(added, out));
  }
  void open(const FrontierStep&) {}
  void close() { ++length_; }

 private:
  /// Where the counts go: one further where the added spin is up.
  template <class Added>
  double* place(Added added, double* out) const {
    if (added == Added::none) return out;
    out[added == Added::up ? 0 : length_] = 0;
    return added == Added::up ? out + 1 : out;
  }

  std::size_t stride_, length_ = 1;
  double beta_;
};

/// Of one state of the fixed sites, M = Σ s over all sites.
struct FixedMoments {
  double log_weight = 0;
  double abs_m = 0, m2 = 0, m4 = 0;
};

FixedMoments moments(std::span<const double> row, Index fixed_up, Index sites) {
  double weight = 0;
  FixedMoments result;
  for (std::size_t up = 0; up < row.size(); ++up) {
    const double m = static_cast<double>(2 * (static_cast<Index>(up) + fixed_up) - sites) /
                     static_cast<double>(sites);
    weight += row[up];
    result.abs_m += row[up] * std::abs(m);
    result.m2 += row[up] * m * m;
    result.m4 += row[up] * m * m * m * m;
  }
  result.log_weight = std::log(weight);
  result.abs_m /= weight, result.m2 /= weight, result.m4 /= weight;
  return result;
}

}  // namespace

MagnetisationMoments magnetisation_moments(const SpinPolynomial& terms, const FrontierPlan& plan,
                                           double beta, int threads) {
  const std::vector<FixedState> states = fixed_states(plan, terms);
  std::vector<FixedMoments> parts(states.size());
  const Index groups = std::min<Index>(64, std::ssize(states));
  Threads(threads).for_each(groups, [&](Index group) {
    RowSweep<UpCounts> sweep(plan, UpCounts(plan, beta));
    for (Index k = std::ssize(states) * group / groups;
         k < std::ssize(states) * (group + 1) / groups; ++k) {
      const auto row = sweep.run(states[k].bits);
      const auto fixed_up = static_cast<Index>(plan.fixed.size()) - std::popcount(states[k].bits);
      parts[k] = moments(row, fixed_up, plan.sites);
      parts[k].log_weight +=
          std::log(static_cast<double>(states[k].weight)) - beta * sweep.reference();
    }
  });
  double top = -std::numeric_limits<double>::infinity();
  for (const FixedMoments& part : parts) top = std::max(top, part.log_weight);
  long double weight = 0, abs_m = 0, m2 = 0, m4 = 0;
  for (const FixedMoments& part : parts) {
    const long double w = std::exp(part.log_weight - top);
    weight += w, abs_m += w * part.abs_m, m2 += w * part.m2, m4 += w * part.m4;
  }
  return {static_cast<double>(abs_m / weight), static_cast<double>(m2 / weight),
          static_cast<double>(m4 / weight)};
}

double magnetisation_seconds(const FrontierPlan& plan) {
  // Per state and step: 10 ns, and 0.32 ns a number, of which a row has half the sites on average.
  return plan.state_steps * (10e-9 + 0.16e-9 * static_cast<double>(plan.steps.size()));
}

}  // namespace nmc
