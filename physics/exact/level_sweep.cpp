#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/parallel/threads.hpp"
#include "physics/exact/big_count.hpp"
#include "physics/exact/row_sweep.hpp"
#include "physics/exact/transfer_matrix.hpp"

namespace nmc {

namespace {

/// A count of at most 64 `limbs` bits.
template <int limbs>
struct Count {
  std::array<std::uint64_t, limbs> limb{};

  friend Count operator+(const Count& a, const Count& b) {
    Count sum;
    std::uint64_t carry = 0;
    for (int k = 0; k < limbs; ++k) {
      const std::uint64_t part = a.limb[k] + carry;
      sum.limb[k] = part + b.limb[k];
      carry = (part < carry ? 1U : 0U) + (sum.limb[k] < part ? 1U : 0U);
    }
    return sum;
  }
};

/// Number of states by their energy above the least, in steps.
template <int limbs>
class LevelCounts {
 public:
  using Number = Count<limbs>;

  LevelCounts(const EnergyLevels& levels, Index count)
      : step_(levels.step), stride_(static_cast<std::size_t>(count)) {}

  [[nodiscard]] std::size_t stride() const { return stride_; }
  void begin(Number* row) {
    range_ = 0;
    length_ = next_length_ = 1;
    row[0] = {{1}};
  }
  /// The energies of a row differ by at most 2 Σ |c| over the terms so far.
  void open(const FrontierStep& step) {
    for (const PlannedTerm& term : step.terms) range_ += 2 * std::abs(term.coupling);
    next_length_ = std::min(stride_, static_cast<std::size_t>(range_ / step_ + 0.5) + 1);
  }
  void close() { length_ = next_length_; }
  void copy(const Number* row, auto /*added*/, Number* out) const {
    std::copy_n(row, length_, out);
    std::fill(out + length_, out + next_length_, Number{});
  }
  void merge(auto up, auto down, auto /*added*/, Number* out) const {
    const bool up_is_low = up.excess == 0;
    const Number* low = (up_is_low ? up : down).row;
    const auto& high = up_is_low ? down : up;
    std::copy_n(low, length_, out);
    std::fill(out + length_, out + next_length_, Number{});
    const auto shift = static_cast<std::size_t>(std::llround(high.excess / step_));
    for (std::size_t k = shift; k < std::min(length_ + shift, next_length_); ++k)
      out[k] = out[k] + high.row[k - shift];
  }

 private:
  double step_;
  std::size_t stride_, length_ = 1, next_length_ = 1;
  double range_ = 0;
};

/// Counts by level, from levels.first up.
using Histogram = std::vector<BigCount>;

template <int limbs>
Histogram sum_fixed_states(const FrontierPlan& plan, std::span<const FixedState> states,
                           const EnergyLevels& levels, Index count) {
  RowSweep<LevelCounts<limbs>> sweep(plan, LevelCounts<limbs>(levels, count));
  Histogram histogram(levels.count);
  for (const FixedState& state : states) {
    const auto row = sweep.run(state.bits);
    const Index lowest = std::llround((sweep.reference() - levels.first) / levels.step);
    for (Index k = 0; k < std::min(count, levels.count - lowest); ++k)
      histogram[lowest + k].add(row[k].limb, state.weight);
  }
  return histogram;
}

Histogram sum_fixed_states(const FrontierPlan& plan, std::span<const FixedState> states,
                           const EnergyLevels& levels, Index count) {
  if (plan.sites <= 64) return sum_fixed_states<1>(plan, states, levels, count);
  if (plan.sites <= 128) return sum_fixed_states<2>(plan, states, levels, count);
  if (plan.sites <= 256) return sum_fixed_states<4>(plan, states, levels, count);
  return sum_fixed_states<8>(plan, states, levels, count);
}

}  // namespace

std::vector<Level> count_levels(const SpinPolynomial& terms, const FrontierPlan& plan,
                                const EnergyLevels& levels, const LevelCount& count) {
  require(levels.count > 0, no_density_of_states);
  require(terms.sites <= count_limit,
          fmt::format("states are counted up to {} spins; there are {}", count_limit, terms.sites));
  const std::vector<FixedState> states = fixed_states(plan, terms);
  const Index groups = std::min<Index>(64, std::ssize(states));
  std::vector<Histogram> parts(groups);
  Threads(count.threads).for_each(groups, [&](Index group) {
    const Index begin = std::ssize(states) * group / groups;
    const Index end = std::ssize(states) * (group + 1) / groups;
    parts[group] = sum_fixed_states(plan, std::span(states).subspan(begin, end - begin), levels,
                                    std::min(count.lowest, levels.count));
  });
  std::vector<Level> result;
  for (Index k = 0; k < levels.count && std::ssize(result) < count.lowest; ++k) {
    BigCount total;
    for (const Histogram& part : parts) total.add(part[k]);
    if (!total.is_zero())
      result.push_back({levels.first + static_cast<double>(k) * levels.step, total.decimal()});
  }
  return result;
}

double count_levels_seconds(const FrontierPlan& plan, const EnergyLevels& levels, Index count) {
  // Per state and step: 10 ns, and 1 ns a limb of the numbers, of which half are there on average.
  const double limbs = std::ceil(static_cast<double>(plan.sites) / 64);
  return plan.state_steps *
         (10e-9 + 0.5e-9 * limbs * static_cast<double>(std::min(count, levels.count)));
}

}  // namespace nmc
