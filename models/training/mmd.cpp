#include "models/training/mmd.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "models/training/fresh_draws.hpp"

namespace nmc {
namespace {

/// exp(−h/2w) of all pairs, h bits that differ, is a product over the bits.
void add_hamming(double bandwidth, double weight, const Column& v, Column& out) {
  const double other = std::exp(-0.5 / bandwidth);
  Column image = weight * v;
  for (Index bit = 1; bit < image.size(); bit *= 2)
    for (Index first = 0; first < image.size(); first += 2 * bit)
      for (Index k = first; k < first + bit; ++k) {
        const double zero = image(k), one = image(k + bit);
        image(k) = zero + other * one;
        image(k + bit) = other * zero + one;
      }
  out += image;
}

void add_numbers(double bandwidth, double weight, const Column& v, Column& out) {
  constexpr double kLeast = 1e-17;
  const Index n = v.size();
  out += weight * v;
  for (Index d = 1; d < n; ++d) {
    const auto square = static_cast<double>(d) * static_cast<double>(d);
    const double k = std::exp(-square / (2 * bandwidth));
    if (k < kLeast) break;
    out.head(n - d) += weight * k * v.tail(n - d);
    out.tail(n - d) += weight * k * v.head(n - d);
  }
}

}  // namespace

Column apply_kernel(const MmdKernel& kernel, const Column& v) {
  Column out = Column::Zero(v.size());
  const double weight = 1 / static_cast<double>(kernel.bandwidths.size());
  for (const double bandwidth : kernel.bandwidths)
    if (kernel.distance == MmdKernel::Distance::hamming)
      add_hamming(bandwidth, weight, v, out);
    else
      add_numbers(bandwidth, weight, v, out);
  return out;
}

Mmd::Mmd(const Trainable& model, const Data& data, MmdKernel kernel, DrawJudge judge)
    : model_(model),
      states_(*model.abilities().states),
      kernel_(std::move(kernel)),
      judge_(judge),
      learned_(shares(data.learned)) {
  if (judge.target != nullptr) check_fit(model, *judge.target);
  if (data.held_out.rows() > 0) held_out_ = shares(data.held_out);
}

Column Mmd::shares(const Batch& rows) const {
  Column shares = Column::Zero(std::ssize(states_.probabilities()));
  for (Index row = 0; row < rows.rows(); ++row) shares(states_.number_of(rows, row)) += 1;
  return shares / static_cast<double>(rows.rows());
}

Column Mmd::difference(const Column& shares) const {
  const std::span<const double> q = states_.probabilities();
  return Eigen::Map<const Column>(q.data(), std::ssize(q)) - shares;
}

std::vector<LossColumn> Mmd::columns() const {
  return {{.name = "mmd", .formula = "MMD squared"}};
}

std::vector<LossColumn> Mmd::validation_columns() const {
  std::vector<LossColumn> all = columns();
  if (judge_.target != nullptr) all.push_back({"loss", "ln q - ln p", true, judge_.log_z});
  return all;
}

void Mmd::check_batch(Index batch) const {
  require(batch == 1,
          "batch = " + std::to_string(batch) + ": the exact MMD is one number without draws");
}

Batch Mmd::evaluate(const BatchPart& part, std::span<double> grad) const {
  const Column from_data = difference(learned_);
  const Column pull = apply_kernel(kernel_, from_data);
  if (!grad.empty()) {
    const Column twice = 2 * pull;
    states_.pull_back({twice.data(), static_cast<std::size_t>(twice.size())}, grad);
  }
  return Batch::Constant(part.rows, 1, (from_data * pull).sum());
}

Column Mmd::validate(Index column, const BatchPart& part) const {
  if (column == 1) return fresh_draws(model_, *judge_.target, part.streams, part.rows).loss;
  const Column from_data = difference(held_out_.size() > 0 ? held_out_ : learned_);
  return Column::Constant(part.rows, (from_data * apply_kernel(kernel_, from_data)).sum());
}

}  // namespace nmc
