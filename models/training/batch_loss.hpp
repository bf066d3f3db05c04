#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/interfaces.hpp"
#include "core/parallel/ordered_sum.hpp"
#include "core/parallel/workers.hpp"
#include "models/training/data_source.hpp"

namespace nmc {

/// One batch of a training: which model, which target, which rows.
struct BatchTask {
  const Trainable* model = nullptr;
  const Target* target = nullptr;    ///< needed where forward_weight < 1
  const DataSource* data = nullptr;  ///< needed where forward_weight > 0
  double forward_weight = 0;
  Streams streams;  ///< seed, step and purpose; rows count from 0
  Index rows = 0;   ///< over all ranks
  Workers workers;
};

/// Losses of all rows, the same on every rank, and the gradient of
/// (1 - forward_weight) mean(reverse) + forward_weight mean(forward).
struct BatchLoss {
  Column reverse;  ///< ln q - ln p of each draw; (0) where forward_weight is 1
  Column forward;  ///< -ln q of each configuration of the data; (0) where forward_weight is 0
  std::vector<double> grad;
};

/// Runs the chunks of the batch on the threads and ranks of this job. `parts` is room for the
/// gradients of the chunks: who keeps it from batch to batch saves the time to get it. Collective.
[[nodiscard]] BatchLoss evaluate_batch(const BatchTask& task, std::vector<double>& parts);
[[nodiscard]] inline BatchLoss evaluate_batch(const BatchTask& task) {
  std::vector<double> parts;
  return evaluate_batch(task, parts);
}

/// ln q - ln p of `rows` fresh draws, (rows), without gradients; the model needs no
/// reparametrisation and the target none of its derivatives. Collective.
[[nodiscard]] Column fresh_losses(const BatchTask& task);

/// The same with ln p of each draw.
struct FreshDraws {
  Column loss;   ///< ln q - ln p
  Column log_p;  ///< of the unnormalised target
};
[[nodiscard]] FreshDraws fresh_draws(const BatchTask& task);

/// -ln q of `rows` rows of the data, (rows), without gradients. Collective.
[[nodiscard]] Column data_losses(const BatchTask& task);

/// Throws NumericalError naming step and chain if a loss or a gradient is not finite;
/// the same on every rank.
void check_finite(const BatchTask& task, const BatchLoss& loss);

}  // namespace nmc
