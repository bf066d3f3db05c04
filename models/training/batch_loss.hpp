#pragma once

#include <span>

#include "core/parallel/ordered_sum.hpp"
#include "models/training/batch_rows.hpp"

namespace nmc {

/// What a batch says of an objective.
struct EvaluatedBatch {
  Batch losses;            ///< (rows, columns of the objective), the same on every rank
  std::span<double> grad;  ///< of what is minimised, in the memory of the sum
};

/// `parameters`: their number, that of the gradient. Who keeps the sum from batch to batch saves
/// the time to get its memory. Collective.
[[nodiscard]] EvaluatedBatch evaluate_batch(const Objective& objective, const BatchRows& batch,
                                            Index parameters, OrderedSum& sum);

/// One of the objective's validation_columns() of all rows, (rows), the same on every rank.
/// Collective.
[[nodiscard]] Column validate_batch(const Objective& objective, const BatchRows& batch,
                                    Index column);

/// Throws NumericalError naming step and row if a loss is not finite; the same on every rank.
void check_finite(const BatchRows& batch, const LossColumn& column, const Column& losses);

/// The same of the gradient of a batch.
void check_finite(const Objective& objective, const BatchRows& batch, std::span<const double> grad);

}  // namespace nmc
