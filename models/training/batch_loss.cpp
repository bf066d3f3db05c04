#include "models/training/batch_loss.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.hpp"

namespace nmc {
namespace {

bool is_finite(std::span<const double> numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

[[noreturn]] void stop(const BatchRows& batch, const std::string& what, const std::string& where) {
  throw NumericalError(
      "training: the " + what + " is not finite at step " + std::to_string(batch.streams.step) +
      ", " + where +
      "; the state before this step is kept. Lower learning_rate or clip, or use warmup");
}

/// A row's numbers do not depend on its batch, so that the culprit is found by itself.
std::string culprit(const Objective& objective, const BatchRows& batch, std::size_t parameters) {
  for (Index row = 0; row < batch.rows; ++row) {
    std::vector<double> grad(parameters);
    BatchPart part{batch.streams, 1, batch.rows};
    part.streams.first_chain = static_cast<std::uint32_t>(row);
    objective.evaluate(part, grad);
    if (!is_finite(grad)) return "chain " + std::to_string(row);
  }
  return "in the sum over all chains";
}

}  // namespace

EvaluatedBatch evaluate_batch(const Objective& objective, const BatchRows& batch, Index parameters,
                              OrderedSum& sum) {
  sum.begin(batch.workers, chunks_of(batch), parameters);
  Batch losses = gather_chunks(batch, std::ssize(objective.columns()),
                               [&](Index chunk, const BatchPart& part) {
                                 std::vector<double> grad = sum.zeros();
                                 Batch of_chunk = objective.evaluate(part, grad);
                                 sum.add(chunk, std::move(grad));
                                 return of_chunk;
                               });
  const std::span<double> grad = sum.finish();
  const double weight = objective.weight_of_sum(batch.rows);
  for (double& g : grad) g *= weight;
  return {std::move(losses), grad};
}

Column validate_batch(const Objective& objective, const BatchRows& batch, Index column) {
  return gather_chunks(batch, 1, [&](Index, const BatchPart& part) -> Batch {
    return objective.validate(column, part);
  });
}

void check_finite(const BatchRows& batch, const LossColumn& column, const Column& losses) {
  for (Index row = 0; row < losses.size(); ++row) {
    if (std::isfinite(losses(row))) continue;
    const std::string number = std::to_string(row);
    stop(batch, "loss " + column.formula,
         column.is_log_ratio ? "chain " + number : "row " + number + " of the data");
  }
}

void check_finite(const Objective& objective, const BatchRows& batch,
                  std::span<const double> grad) {
  if (!is_finite(grad)) stop(batch, "gradient", culprit(objective, batch, grad.size()));
}

}  // namespace nmc
