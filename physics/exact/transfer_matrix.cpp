#include "physics/exact/transfer_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/parallel/threads.hpp"
#include "physics/exact/transfer_kernel.hpp"

namespace nmc {

namespace {

/// Σ e^{−βε} at most doubles in a step: far from overflow between two looks at it.
constexpr std::size_t steps_between_scalings = 128;

/// The sums of one state of the fixed sites.
struct FixedSums {
  double reference = 0;              ///< its least energy E0
  double log_weight = 0;             ///< ln Σ e^{−β(E − E0)}, with its multiplicity
  double mean = 0, mean_square = 0;  ///< of E − E0
  double ground = 0;
};

class Sweep {
 public:
  Sweep(const FrontierPlan& plan, double beta, double tie)
      : plan_(plan), parameters_{beta, tie}, sums_(plan.width) {}

  FixedSums run(const FixedState& fixed) {
    start(fixed);
    for (std::size_t t = 0; t < plan_.steps.size(); ++t) {
      step(plan_.steps[t], fixed.bits);
      if (t % steps_between_scalings == steps_between_scalings - 1) scale();
    }
    FixedSums result;
    result.reference = sums_.energy[0];
    result.log_weight = std::log(sums_.weight[0]) + exponent_ * std::log(2.0) +
                        std::log(static_cast<double>(fixed.weight));
    result.mean = sums_.first[0] / sums_.weight[0];
    result.mean_square = sums_.second[0] / sums_.weight[0];
    result.ground = sums_.ground[0] * static_cast<double>(fixed.weight);
    return result;
  }

 private:
  void start(const FixedState& fixed) {
    width_ = 0;
    exponent_ = 0;
    sums_.energy[0] = 0;
    for (const PlannedTerm& term : plan_.constants)
      sums_.energy[0] -=
          std::popcount(term.fixed & fixed.bits) % 2 == 0 ? term.coupling : -term.coupling;
    sums_.weight[0] = sums_.ground[0] = 1;
    sums_.first[0] = sums_.second[0] = 0;
  }

  void exchange(std::array<int, 2> slots) {
    for (auto* numbers : {&sums_.energy, &sums_.weight, &sums_.first, &sums_.second, &sums_.ground})
      exchange_slots(numbers->data(), width_, slots);
  }

  void step(const FrontierStep& step, std::uint64_t fixed_bits) {
    for (const auto& slots : step.exchanges) exchange(slots);
    fill_local_field(step.terms, fixed_bits, width_, local_);
    if (step.slot < 0)
      push_site(sums_, local_, width_++);
    else
      replace_site(sums_, local_, width_, step.slot, parameters_);
    for (const int slot : step.removed) {
      if (slot != width_ - 1) exchange({slot, width_ - 1});
      remove_last_site(sums_, width_--, parameters_);
    }
  }

  void scale() {
    const auto states = std::ptrdiff_t{1} << width_;
    const double top = *std::max_element(sums_.weight.begin(), sums_.weight.begin() + states);
    const int exponent = std::ilogb(top);
    for (auto* numbers : {&sums_.weight, &sums_.first, &sums_.second})
      for (std::ptrdiff_t i = 0; i < states; ++i)
        (*numbers)[i] = std::ldexp((*numbers)[i], -exponent);
    exponent_ += exponent;
  }

  const FrontierPlan& plan_;
  MergeParameters parameters_;
  FrontierSums sums_;
  std::vector<double> local_;
  int width_ = 0;
  double exponent_ = 0;
};

/// In the order of the fixed states; all terms are positive.
Exact collect(const std::vector<FixedSums>& parts, double beta, double tie) {
  double reference = std::numeric_limits<double>::infinity();
  for (const FixedSums& part : parts) reference = std::min(reference, part.reference);
  double top = -std::numeric_limits<double>::infinity();
  for (const FixedSums& part : parts)
    top = std::max(top, part.log_weight - beta * (part.reference - reference));
  long double weight = 0, first = 0, second = 0;
  double ground = 0;
  for (const FixedSums& part : parts) {
    const double shift = part.reference - reference;
    const long double w = std::exp(part.log_weight - beta * shift - top);
    weight += w;
    first += w * (part.mean + shift);
    second += w * (part.mean_square + 2 * shift * part.mean + shift * shift);
    if (shift <= tie) ground += part.ground;
  }
  const auto mean = static_cast<double>(first / weight);
  Exact exact;
  exact.method = "transfer matrix";
  exact.lnZ = top + static_cast<double>(std::log(weight)) - beta * reference;
  exact.energy = reference + mean;
  // β² alone may be beyond a double, at a variance of 0.
  exact.heat =
      beta * (beta * static_cast<double>(second / weight - first / weight * first / weight));
  // About the ground state: −βE0 and +βE0 do not meet.
  exact.entropy = top + static_cast<double>(std::log(weight)) + beta * mean;
  exact.ground_state_energy = reference;
  if (ground < 0x1p53) exact.ground_state_degeneracy = fmt::format("{:.0f}", ground);
  return exact;
}

}  // namespace

Exact transfer_matrix(const SpinPolynomial& terms, const FrontierPlan& plan, double beta,
                      int threads) {
  const std::vector<FixedState> states = fixed_states(plan, terms);
  const double tie = 1e-12 * terms.bound();
  std::vector<FixedSums> parts(states.size());
  const Index groups = std::min<Index>(64, std::ssize(states));
  Threads(threads).for_each(groups, [&](Index group) {
    Sweep sweep(plan, beta, tie);
    const Index begin = std::ssize(states) * group / groups;
    const Index end = std::ssize(states) * (group + 1) / groups;
    for (Index k = begin; k < end; ++k) parts[k] = sweep.run(states[k]);
  });
  return collect(parts, beta, tie);
}

double transfer_matrix_seconds(const FrontierPlan& plan) {
  // 4.5 ns a state and step, measured with AVX-512; state_steps knows what memory costs.
  return 4.5e-9 * plan.state_steps;
}

}  // namespace nmc
