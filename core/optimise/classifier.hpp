#pragma once

#include "core/optimise/adam.hpp"
#include "core/random/streams.hpp"

namespace nmc {

/// Two classes told apart by a network of one hidden layer, p(1 | x) = σ(v · tanh(W x + b) + c),
/// trained by Adam on the mean cross entropy; without hidden units a logistic regression,
/// p(1 | x) = σ(v · x + c).
class Classifier {
 public:
  /// Weights are uniform of variance 1/inputs and 1/hidden; those of the output of a regression 0.
  Classifier(Index inputs, Index hidden, const Streams& weights);

  /// One step on x (rows, inputs) with labels 0 or 1 (rows). The loss before it.
  double step(const Batch& x, const Column& labels, double learning_rate);
  /// The gradient of that loss in the order W, b, v, c; the loss.
  double gradient(const Batch& x, const Column& labels, std::span<double> grad) const;
  /// p(1 | x), (rows).
  [[nodiscard]] Column probability(const Batch& x) const;

  [[nodiscard]] std::span<double> parameters() { return parameters_; }

 private:
  /// tanh(W x + b), (rows, hidden); x itself without hidden units.
  [[nodiscard]] Eigen::MatrixXd features(const Batch& x) const;
  [[nodiscard]] Column logits(const Eigen::MatrixXd& features) const;
  [[nodiscard]] Index outputs_at() const { return hidden_ * (inputs_ + 1); }
  [[nodiscard]] Index width() const { return hidden_ > 0 ? hidden_ : inputs_; }

  Index inputs_, hidden_;
  std::vector<double> parameters_;
  Adam adam_;
};

}  // namespace nmc
