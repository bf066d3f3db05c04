#include "core/optimise/classifier.hpp"

#include <cmath>

namespace nmc {
namespace {

using Weights = Eigen::Map<const Eigen::MatrixXd>;
using Bias = Eigen::Map<const Eigen::VectorXd>;

Index parameter_count(Index inputs, Index hidden) {
  return hidden * (inputs + 1) + (hidden > 0 ? hidden : inputs) + 1;
}

// ln(1 + e^x) without overflow.
Column softplus(const Column& x) {
  return x.max(0.0) + (-x.abs()).exp().log1p();
}

Column sigmoid(const Column& x) {
  return 1 / (1 + (-x).exp());
}

}  // namespace

Classifier::Classifier(Index inputs, Index hidden, const Streams& weights)
    : inputs_(inputs),
      hidden_(hidden),
      parameters_(static_cast<std::size_t>(parameter_count(inputs, hidden))),
      adam_(std::ssize(parameters_)) {
  Batch u(1, std::ssize(parameters_));
  fill_uniform(weights, u);
  const auto fill = [&](Index first, Index count, Index fan_in) {
    const double width = std::sqrt(3.0 / static_cast<double>(fan_in));
    for (Index i = first; i < first + count; ++i)
      parameters_[static_cast<std::size_t>(i)] = width * (2 * u(0, i) - 1);
  };
  fill(0, hidden * inputs, inputs);
  if (hidden > 0) fill(outputs_at(), hidden, hidden);
}

Eigen::MatrixXd Classifier::features(const Batch& x) const {
  if (hidden_ == 0) return x.matrix();
  const Weights W(parameters_.data(), inputs_, hidden_);
  const Bias b(parameters_.data() + hidden_ * inputs_, hidden_);
  return ((x.matrix() * W).rowwise() + b.transpose()).array().tanh().matrix();
}

Column Classifier::logits(const Eigen::MatrixXd& features) const {
  const Bias v(parameters_.data() + outputs_at(), width());
  return (features * v).array() + parameters_.back();
}

Column Classifier::probability(const Batch& x) const {
  return sigmoid(logits(features(x)));
}

double Classifier::gradient(const Batch& x, const Column& labels, std::span<double> grad) const {
  const Eigen::MatrixXd h = features(x);
  const Column logit = logits(h);
  const auto rows = static_cast<double>(x.rows());
  const Eigen::VectorXd error = ((sigmoid(logit) - labels) / rows).matrix();
  Eigen::Map<Eigen::VectorXd>(grad.data() + outputs_at(), width()) = h.transpose() * error;
  grad.back() = error.sum();
  if (hidden_ > 0) {
    const Bias v(parameters_.data() + outputs_at(), hidden_);
    const Eigen::MatrixXd back =
        ((error * v.transpose()).array() * (1 - h.array().square())).matrix();
    Eigen::Map<Eigen::MatrixXd>(grad.data(), inputs_, hidden_) = x.matrix().transpose() * back;
    Eigen::Map<Eigen::VectorXd>(grad.data() + hidden_ * inputs_, hidden_) =
        back.colwise().sum().transpose();
  }
  return (softplus(logit) - labels * logit).mean();
}

double Classifier::step(const Batch& x, const Column& labels, double learning_rate) {
  std::vector<double> grad(parameters_.size());
  const double loss = gradient(x, labels, grad);
  adam_.step(parameters_, grad, learning_rate);
  return loss;
}

}  // namespace nmc
