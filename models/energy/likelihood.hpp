#pragma once

#include "core/optimise/lbfgs.hpp"
#include "core/parallel/threads.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {

/// Different configurations with the share of the rows that each has, summing to 1.
struct WeightedRows {
  Batch v;
  Column weight;
};
/// In the order in which they are first met.
[[nodiscard]] WeightedRows distinct_rows(const Batch& v);

/// Mean of −ln p over the rows, with the exact Z; adds its gradient to grad unless that is empty.
[[nodiscard]] double exact_nll(const Rbm& rbm, const WeightedRows& rows, const Threads& threads,
                               std::span<double> grad);

/// Mean over the rows of −Σ_i ln p(v_i | all others) (Besag 1975): no Z is needed.
[[nodiscard]] double pseudo_nll(const Rbm& rbm, const Batch& v);

/// Mean over rows and units of (v − ⟨v' | ⟨h | v⟩⟩)².
[[nodiscard]] double reconstruction_error(const Rbm& rbm, const Batch& v);

/// Training by the exact gradient: minimises exact_nll() by L-BFGS from this machine on. It begins
/// with a penalty ½ λ |W|², λ = 3e-3, then 3e-4, then none: without it large weights freeze hidden
/// units on some patterns before all patterns have been seen, and one start in three finds all bars
/// and stripes of a 4 x 4 square, with it nearly every one. Rows and threads must outlive it.
class ExactTraining {
 public:
  ExactTraining(const Rbm& start, const WeightedRows& rows, const Threads& threads);
  /// One step of the minimiser; false where nothing is left to gain.
  bool step();
  [[nodiscard]] const Rbm& machine() const { return rbm_; }
  /// Without the penalty; after a step.
  [[nodiscard]] double nll() const { return nll_; }
  [[nodiscard]] std::vector<double> state() const;
  void set_state(std::span<const double> state);

 private:
  void take_parameters(std::span<const double> theta);
  [[nodiscard]] std::span<double> weights_in(std::span<double> theta) const;
  Rbm rbm_;
  const WeightedRows& rows_;
  const Threads& threads_;
  Lbfgs minimiser_;
  std::size_t stage_ = 0;  ///< of the penalties
  Index steps_ = 0;        ///< in this stage
  double nll_ = 0;
};

/// Most units on the smaller side for which the gradient is summed over all their states.
inline constexpr Index kMostExactUnits = 20;
/// UserError, with the time that one gradient would take, where there are more.
void require_exact(const RbmShape& shape);

}  // namespace nmc
