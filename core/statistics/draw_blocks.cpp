#include "core/statistics/draw_blocks.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics/ess.hpp"
#include "core/statistics/gamma_method.hpp"

namespace nmc::statistics {

double tau_of_error(double error, double variance, double draws) {
  return std::max(0.5, error * error * draws / (2 * variance));
}

DrawBlocks::DrawBlocks(Index chains, Index most_blocks)
    : most_blocks_(std::max<Index>(2, most_blocks / 2 * 2)),
      means_(Chains::Zero(most_blocks_, chains)),
      firsts_(Chains::Zero(most_blocks_, chains)),
      shift_(Column::Zero(chains)),
      sum_(Column::Zero(chains)),
      square_(Column::Zero(chains)),
      non_finite_(Column::Zero(chains)) {}

DrawBlocks DrawBlocks::within(Index chains, Index most_numbers) {
  constexpr Index kLeastBlocks = 128;  // half as many after two have become one
  return {chains, std::max(kLeastBlocks, most_numbers / chains)};
}

Chains DrawBlocks::unscaled(const Chains& values) const {
  if (exponent_ == 0) return values;
  return values.unaryExpr([this](double x) { return std::ldexp(x, exponent_); });
}

// By the first draws that are not 0; again where later ones are so much larger that their squares
// would overflow.
void DrawBlocks::scale_for(const ChainsRef& draws) {
  constexpr int kOrdinary = 100, kLarger = 300;
  const double largest =
      draws.size() == 0 ? 0 : draws.isFinite().select(draws.abs(), 0.0).maxCoeff();
  if (largest == 0) return;
  const int here = std::ilogb(largest);
  const bool is_first = (shift_ == 0).all() && (square_ == 0).all();
  if (is_first ? std::abs(here) <= kOrdinary : here - exponent_ <= kLarger) return;
  const int change = here - exponent_;
  const auto scale = [](auto&& values, int by) {
    values = values.unaryExpr([by](double x) { return std::ldexp(x, -by); }).eval();
  };
  scale(means_, change);
  scale(firsts_, change);
  scale(shift_, change);
  scale(sum_, change);
  scale(square_, 2 * change);
  exponent_ = here;
}

void DrawBlocks::add(const ChainsRef& draws) {
  scale_for(draws);
  if (exponent_ == 0)
    add_ordinary(draws);
  else
    add_ordinary(draws.unaryExpr([this](double x) { return std::ldexp(x, -exponent_); }).eval());
}

void DrawBlocks::add_ordinary(const ChainsRef& draws) {
  for (Index done = 0; done < draws.rows();) {
    if (draws_ == most_blocks_ * length_) halve();
    const Index count = std::min(draws.rows() - done, most_blocks_ * length_ - draws_);
    for (Index chain = 0; chain < draws.cols(); ++chain)
      add_run(draws.block(done, chain, count, 1), chain, draws_);
    draws_ += count;
    done += count;
  }
}

// Consecutive draws of one chain; `place` is the number of the first.
void DrawBlocks::add_run(const ChainsRef& draws, Index chain, Index place) {
  if (place == 0) shift_(chain) = draws(0, 0);
  for (Index done = 0; done < draws.rows();) {
    const Index block = (place + done) / length_, within = (place + done) % length_;
    const Index count = std::min(draws.rows() - done, length_ - within);
    const auto piece = draws.col(0).segment(done, count) - shift_(chain);
    if (within == 0) {
      means_(block, chain) = 0;
      firsts_(block, chain) = draws(done, 0);
    }
    const double sum = piece.sum();
    means_(block, chain) += sum;
    sum_(chain) += sum;
    square_(chain) += piece.square().sum();
    if (!std::isfinite(sum))
      non_finite_(chain) +=
          static_cast<double>(count - draws.col(0).segment(done, count).isFinite().count());
    if (within + count == length_)
      means_(block, chain) = shift_(chain) + means_(block, chain) / static_cast<double>(length_);
    done += count;
  }
}

void DrawBlocks::halve() {
  const Index half = most_blocks_ / 2;
  for (Index block = 0; block < half; ++block) {
    means_.row(block) = (0.5 * (means_.row(2 * block) + means_.row(2 * block + 1))).eval();
    firsts_.row(block) = firsts_.row(2 * block).eval();
  }
  length_ *= 2;
}

double DrawBlocks::mean() const {
  return std::ldexp(scaled_mean(), exponent_);
}

double DrawBlocks::variance() const {
  return std::ldexp(scaled_variance(), 2 * exponent_);
}

double DrawBlocks::scaled_mean() const {
  return (shift_ + sum_ / static_cast<double>(draws_)).mean();
}

double DrawBlocks::scaled_variance() const {
  const auto n = static_cast<double>(draws_);
  const Column means = sum_ / n;
  const Column within = (square_ / n - means.square()).max(0);
  const Column apart = shift_ + means - scaled_mean();
  return within.mean() + apart.square().mean();
}

ChainSummary DrawBlocks::summary() const {
  if (length_ == 1) return summarise(means());
  ChainSummary summary = scaled_summary();
  summary.mean = std::ldexp(summary.mean, exponent_);
  summary.error = std::ldexp(summary.error, exponent_);
  summary.mcse_mean = std::ldexp(summary.mcse_mean, exponent_);
  return summary;
}

ChainSummary DrawBlocks::scaled_summary() const {
  const auto n = static_cast<double>(draws_ * means_.cols());
  const Chains blocks = means_.topRows(this->blocks());
  ChainSummary summary = summarise(firsts_.topRows(this->blocks()));
  summary.draws = draws_;
  summary.constant_chains = (square_ == 0).count();
  summary.non_finite = static_cast<Index>(non_finite_.sum());
  const GammaResult gamma = gamma_method(blocks);
  const double used = static_cast<double>(blocks.size() * length_);
  summary.mean = scaled_mean();
  summary.error = gamma.error * std::sqrt(used / n);
  summary.tau_sum = summary.error * summary.error * n / (2 * scaled_variance());
  summary.tau_int = std::max(0.5, summary.tau_sum);
  summary.tau_int_error = summary.tau_sum * gamma.tau_int_error / gamma.tau_int;
  summary.window_found = gamma.window_found;
  summary.is_clamped = summary.tau_sum < 0.5;
  if (summary.is_clamped) summary.error = std::sqrt(scaled_variance() / n);
  summary.mcse_mean = mcse_mean(blocks) * std::sqrt(used / n);
  if (summary.non_finite > 0) {
    const ChainSummary counts = summary;
    summary = {};
    summary.draws = counts.draws;
    summary.chains = counts.chains;
    summary.non_finite = counts.non_finite;
    summary.constant_chains = counts.constant_chains;
  }
  return summary;
}

}  // namespace nmc::statistics
