#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/batch.hpp"
#include "core/random/streams.hpp"

namespace nmc {

/// A loss with the name under which logs and files hold its mean over a batch.
struct LossColumn {
  std::string name;     ///< `loss` of the log ratio below, else another; its error is NAME_error
  std::string formula;  ///< of one row, in words: "ln q - ln p"
  /// Whether it is ln q − ln p of draws of q itself, which say ESS and acceptance as well. An
  /// objective has one such column at most.
  bool is_log_ratio = false;
  std::optional<double> log_z{};  ///< ln Z of that p where it is known
};

/// Some rows of a batch.
struct BatchPart {
  Streams streams;  ///< seed, step and purpose of the batch; its first_chain is the first row here
  Index rows = 0;   ///< here
  Index batch = 0;  ///< rows of the whole batch
};

/// What the steps of a training minimise: a weighted sum of means of losses over the rows of a
/// batch. It knows its model, target and data; who trains knows columns of numbers by name.
class Objective {
 public:
  virtual ~Objective() = default;
  /// Of the step that was last advanced to; their names never change.
  [[nodiscard]] virtual std::vector<LossColumn> columns() const = 0;
  /// Throws UserError where batches of so many rows teach nothing.
  virtual void check_batch(Index /*batch*/) const {}
  /// Called once before the rows of a step are asked for, by every rank, in the order of the steps:
  /// annealing, data and persistent chains move on here.
  virtual void advance(Index /*step*/) {}
  /// Losses, (rows, columns); adds an estimate of the gradient of what is minimised to grad, over
  /// weight_of_sum(batch), unless grad is empty. A row does not depend on how the batch is cut,
  /// but for baselines of the gradient among the rows here.
  virtual Batch evaluate(const BatchPart& part, std::span<double> grad) const = 0;
  /// What the gradients of all rows together are multiplied with.
  [[nodiscard]] virtual double weight_of_sum(Index batch) const {
    return 1 / static_cast<double>(batch);
  }

  /// What says how good the model is; the state with the lowest mean of the first one is the best.
  [[nodiscard]] virtual std::vector<LossColumn> validation_columns() const { return columns(); }
  /// One of them, (rows): on rows that are never trained on where there are such.
  [[nodiscard]] virtual Column validate(Index column, const BatchPart& part) const {
    return evaluate(part, {}).col(column);
  }

  /// What a checkpoint must hold beside the step and the parameters.
  [[nodiscard]] virtual std::vector<double> state() const { return {}; }
  virtual void set_state(std::span<const double> /*state*/) {}
};

}  // namespace nmc
