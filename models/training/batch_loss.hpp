#pragma once

#include <span>
#include <vector>

#include "models/training/batch_rows.hpp"

namespace nmc {

/// Losses of all rows, (rows, columns of the objective), the same on every rank. `grad`, as long as
/// the parameters, gets the gradient of what is minimised. `parts` is room for the gradients of the
/// chunks: who keeps it from batch to batch saves the time to get it. Collective.
[[nodiscard]] Batch evaluate_batch(const Objective& objective, const BatchRows& batch,
                                   std::vector<double>& parts, std::span<double> grad);

/// One of the objective's validation_columns() of all rows, (rows), the same on every rank.
/// Collective.
[[nodiscard]] Column validate_batch(const Objective& objective, const BatchRows& batch,
                                    Index column);

/// Throws NumericalError naming step and row if a loss is not finite; the same on every rank.
void check_finite(const BatchRows& batch, const LossColumn& column, const Column& losses);

/// The same of the gradient of a batch.
void check_finite(const Objective& objective, const BatchRows& batch, std::span<const double> grad);

}  // namespace nmc
