#include "models/training/batch_loss.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

/// Chunks of a batch. A last row alone would have no other to be held against (leave_one_out()):
/// it joins the chunk before.
Index chunks_of(Index rows) {
  return rows > chunk_rows && rows % chunk_rows == 1 ? rows / chunk_rows : chunk_count(rows);
}

/// First row of a chunk, the end of the batch where there are no more chunks.
Index first_row(Index chunk, Index rows) {
  return chunk < chunks_of(rows) ? chunk * chunk_rows : rows;
}

/// The chunks and rows that this rank owns.
struct Owned {
  Range chunks;
  Range rows;
};

Owned owned_by(const BatchTask& task) {
  const Range chunks = task.workers.ranks->share(chunks_of(task.rows));
  const Index first = first_row(chunks.first, task.rows);
  return {chunks, {first, first_row(chunks.end(), task.rows) - first}};
}

/// Runs body(chunk, rows) for every chunk that this rank owns, chunks counted from its first.
template <class Body>
void for_chunks(const BatchTask& task, const Body& body) {
  const Owned owned = owned_by(task);
  task.workers.threads->for_each(owned.chunks.count, [&](Index chunk) {
    const Index first = first_row(owned.chunks.first + chunk, task.rows);
    body(chunk, Range{first, first_row(owned.chunks.first + chunk + 1, task.rows) - first});
  });
}

/// loss_of(rows) of all rows of the batch, each rank doing its own.
template <class LossOf>
Column all_losses(const BatchTask& task, const LossOf& loss_of) {
  const Range own = owned_by(task).rows;
  Column losses(own.count);
  for_chunks(task, [&](Index, const Range& rows) {
    losses.segment(rows.first - own.first, rows.count) = loss_of(rows);
  });
  return task.workers.ranks->gather(losses);
}

Streams from_row(const BatchTask& task, Index first) {
  Streams streams = task.streams;
  streams.first_chain = static_cast<std::uint32_t>(first);
  return streams;
}

struct RowLosses {
  Column reverse;
  Column forward;
};

/// What the sum over all rows is multiplied with: with w the forward weight, (1 − w)/rows, or
/// 1/rows where there is no reverse loss.
double weight_of_sum(const BatchTask& task) {
  const double reverse = 1 - task.forward_weight;
  return (reverse > 0 ? reverse : 1) / static_cast<double>(task.rows);
}

/// Losses of some rows; their share of the gradient over weight_of_sum() is put into grad.
RowLosses evaluate_rows(const BatchTask& task, const Range& rows, std::span<double> grad) {
  RowLosses losses;
  const Streams streams = from_row(task, rows.first);
  std::ranges::fill(grad, 0.0);
  if (task.forward_weight < 1)
    losses.reverse = task.model->loss_grad(*task.target, streams, rows.count, grad);
  if (task.forward_weight > 0) {
    const Batch x = task.data->rows(streams, rows.count);
    losses.forward = -task.model->log_prob(x);
    const double weight =
        task.forward_weight / (static_cast<double>(task.rows) * weight_of_sum(task));
    task.model->add_grad(x, Column::Constant(rows.count, -weight), grad);
  }
  return losses;
}

/// First row from 0 on whose number is not finite, -1 where all are.
Index first_bad(const Column& losses) {
  for (Index row = 0; row < losses.size(); ++row) {
    if (!std::isfinite(losses(row))) return row;
  }
  return -1;
}

bool is_finite(std::span<const double> numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

[[noreturn]] void stop(const BatchTask& task, const std::string& what, const std::string& where) {
  throw NumericalError(
      "training: the " + what + " is not finite at step " + std::to_string(task.streams.step) +
      ", " + where +
      "; the state before this step is kept. Lower learning_rate or clip, or use warmup");
}

/// A row's numbers do not depend on its batch, so that the culprit is found by itself.
std::string culprit(const BatchTask& task) {
  std::vector<double> grad(task.model->parameters().size());
  for (Index row = 0; row < task.rows; ++row) {
    evaluate_rows(task, {row, 1}, grad);
    if (!is_finite(grad)) return "chain " + std::to_string(row);
  }
  return "in the sum over all chains";
}

}  // namespace

BatchLoss evaluate_batch(const BatchTask& task, std::vector<double>& parts) {
  const Owned owned = owned_by(task);
  const std::size_t width = task.model->parameters().size();
  parts.resize(static_cast<std::size_t>(owned.chunks.count) * width);
  Column reverse(task.forward_weight < 1 ? owned.rows.count : 0);
  Column forward(task.forward_weight > 0 ? owned.rows.count : 0);
  for_chunks(task, [&](Index chunk, const Range& rows) {
    const auto grad = std::span(parts).subspan(static_cast<std::size_t>(chunk) * width, width);
    const RowLosses losses = evaluate_rows(task, rows, grad);
    const Index place = rows.first - owned.rows.first;
    if (reverse.size() > 0) reverse.segment(place, rows.count) = losses.reverse;
    if (forward.size() > 0) forward.segment(place, rows.count) = losses.forward;
  });
  BatchLoss loss;
  loss.reverse = task.workers.ranks->gather(reverse);
  loss.forward = task.workers.ranks->gather(forward);
  loss.grad.resize(width);
  ordered_sum(task.workers, chunks_of(task.rows), parts, loss.grad);
  const double weight = weight_of_sum(task);
  for (double& g : loss.grad) g *= weight;
  return loss;
}

Column fresh_losses(const BatchTask& task) {
  return fresh_draws(task).loss;
}

FreshDraws fresh_draws(const BatchTask& task) {
  const Range own = owned_by(task).rows;
  Column log_p(own.count);
  FreshDraws all;
  all.loss = all_losses(task, [&](const Range& rows) -> Column {
    const Draw draw = task.model->sample(from_row(task, rows.first), rows.count);
    const Column here = task.target->log_density(draw.x);
    log_p.segment(rows.first - own.first, rows.count) = here;
    return draw.log_q - here;
  });
  all.log_p = task.workers.ranks->gather(log_p);
  return all;
}

Column data_losses(const BatchTask& task) {
  return all_losses(task, [&](const Range& rows) -> Column {
    return -task.model->log_prob(task.data->rows(from_row(task, rows.first), rows.count));
  });
}

void check_finite(const BatchTask& task, const BatchLoss& loss) {
  const Index bad_draw = first_bad(loss.reverse);
  if (bad_draw >= 0) stop(task, "loss ln q - ln p", "chain " + std::to_string(bad_draw));
  const Index bad_row = first_bad(loss.forward);
  if (bad_row >= 0) stop(task, "loss -ln q", "row " + std::to_string(bad_row) + " of the data");
  if (!is_finite(loss.grad)) stop(task, "gradient", culprit(task));
}

}  // namespace nmc
