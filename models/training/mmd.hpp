#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/roles/enumerated.hpp"
#include "core/roles/objective.hpp"
#include "core/roles/trainable.hpp"
#include "models/training/forward_kl.hpp"

namespace nmc {

/// k(x, y) = mean over the bandwidths w of exp(−d/2w); what d is of two states of n bits.
struct MmdKernel {
  enum class Distance {
    hamming,  ///< bits that differ: |x − y|² of 0 and 1
    numbers   ///< the square of the difference of their numbers (Liu and Wang 2018)
  };
  Distance distance = Distance::hamming;
  std::vector<double> bandwidths{0.5, 1, 2, 4};  ///< positive
};

/// K v over all states, (states), a power of two: bit by bit of `hamming`; of `numbers` the terms
/// above 1e-17.
[[nodiscard]] Column apply_kernel(const MmdKernel& kernel, const Column& v);

/// The square of the maximum mean discrepancy of all states' probabilities from the shares that
/// rows of data have (Gretton, Borgwardt, Rasch, Schölkopf and Smola, JMLR 13, 723 (2012)),
///   MMD² = (q − p)ᵀ K (q − p),
/// with its exact gradient 2 K (q − p) pulled back: one row, without draws. Column `mmd`, in
/// validation that from the rows held out where there are some, and `loss` of fresh draws against
/// a target.
class Mmd final : public Objective {
 public:
  /// (rows, sites) of spins ±1, at least one to learn from.
  struct Data {
    const Batch& learned;
    const Batch& held_out;
  };
  /// `model` knows its states (Abilities::states) and outlives this, as does the judge's target.
  Mmd(const Trainable& model, const Data& data, MmdKernel kernel, DrawJudge judge);

  [[nodiscard]] std::vector<LossColumn> columns() const override;
  /// UserError for more rows than the one.
  void check_batch(Index batch) const override;
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override;
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override;
  [[nodiscard]] Column validate(Index column, const BatchPart& part) const override;

 private:
  [[nodiscard]] Column shares(const Batch& rows) const;
  [[nodiscard]] Column difference(const Column& shares) const;

  const Trainable& model_;
  const Enumerated& states_;
  MmdKernel kernel_;
  DrawJudge judge_;
  Column learned_, held_out_;  ///< shares of all states; the second empty where none is held out
};

}  // namespace nmc
