#include "samplers/hamiltonian/mass.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/linear/factors.hpp"

namespace nmc {

Mass::Mass(MassKind kind, Index sites) : kind_(kind) {
  if (kind == MassKind::diagonal) factor_ = Eigen::MatrixXd::Ones(1, sites);
  if (kind == MassKind::dense) factor_ = Eigen::MatrixXd::Identity(sites, sites);
}

Mass::Mass(const std::vector<Index>& torus, double m) : kind_(MassKind::fourier), filter_(torus) {
  std::vector<double> k_squared{0};
  for (const Index extent : torus) {
    std::vector<double> wider;
    for (Index k = 0; k < extent; ++k) {
      const double sine =
          std::sin(std::numbers::pi * static_cast<double>(k) / static_cast<double>(extent));
      for (const double other : k_squared)
        wider.push_back(other + (extent > 1 ? 4 * sine * sine : 0));
    }
    k_squared = std::move(wider);
  }
  for (double& factor : k_squared) factor = std::sqrt(0.5 / (factor + m * m));
  multiplier_ = filter_->pack(k_squared);
}

Batch Mass::times(const Batch& v) const {
  if (kind_ == MassKind::unit) return v;
  if (kind_ == MassKind::fourier) {
    Batch result;
    filter_->apply(multiplier_, v, result);
    return result;
  }
  if (kind_ == MassKind::diagonal) return v.rowwise() * factor_.row(0).array();
  // Column by column, not as a matrix product: its blocking makes a row's rounding depend on the
  // number of rows.
  Batch result = Batch::Zero(v.rows(), v.cols());
  for (Index j = 0; j < v.cols(); ++j) {
    for (Index i = j; i < v.cols(); ++i) result.col(i) += factor_(i, j) * v.col(j);
  }
  return result;
}

Batch Mass::transposed_times(const Batch& v) const {
  if (kind_ != MassKind::dense) return times(v);
  Batch result = Batch::Zero(v.rows(), v.cols());
  for (Index j = 0; j < v.cols(); ++j) {
    for (Index i = j; i < v.cols(); ++i) result.col(j) += factor_(i, j) * v.col(i);
  }
  return result;
}

Batch Mass::inverse_times(const Batch& v) const {
  assert(kind_ != MassKind::fourier);
  if (kind_ == MassKind::unit) return v;
  if (kind_ == MassKind::diagonal) return v.rowwise() / factor_.row(0).array();
  Batch result = v;
  for (Index j = 0; j < v.cols(); ++j) {
    result.col(j) /= factor_(j, j);
    for (Index i = j + 1; i < v.cols(); ++i) result.col(i) -= factor_(i, j) * result.col(j);
  }
  return result;
}

void Mass::set_covariance(const Eigen::MatrixXd& covariance) {
  if (kind_ == MassKind::diagonal) factor_ = covariance.cwiseSqrt();
  if (kind_ == MassKind::dense) factor_ = linear::cholesky_factor(covariance).L;
}

std::vector<double> Mass::state() const {
  return {factor_.data(), factor_.data() + factor_.size()};
}

void Mass::set_state(std::span<const double> state) {
  assert(state.size() == state_size());
  std::copy(state.begin(), state.end(), factor_.data());
}

MassEstimate::MassEstimate(MassKind kind, Index sites)
    : kind_(kind), mean_(kind == MassKind::unit ? 0 : sites) {
  moments_.resize(kind == MassKind::dense ? sites : std::min<Index>(mean_.size(), 1), mean_.size());
  clear();
}

void MassEstimate::clear() {
  count_ = 0;
  mean_.setZero();
  moments_.setZero();
}

void MassEstimate::add(const Batch& x) {
  if (kind_ == MassKind::unit || x.rows() == 0) return;
  const auto rows = static_cast<double>(x.rows());
  const Eigen::VectorXd mean = x.matrix().colwise().mean().transpose();
  const Eigen::VectorXd shift = mean - mean_;
  const double total = count_ + rows;
  const Eigen::MatrixXd centred = x.matrix().rowwise() - mean.transpose();
  const double weight = count_ * rows / total;
  if (kind_ == MassKind::dense) {
    moments_.noalias() += centred.transpose() * centred;
    moments_ += weight * shift * shift.transpose();
  } else {
    moments_ += centred.colwise().squaredNorm();
    moments_ += weight * shift.cwiseAbs2().transpose();
  }
  mean_ += rows / total * shift;
  count_ = total;
}

Eigen::MatrixXd MassEstimate::covariance() const {
  constexpr double prior_count = 5, prior_variance = 1e-3;  // Stan reference manual, 15.2
  const double shrink = count_ / (count_ + prior_count) / (count_ - 1);
  const double floor = prior_variance * prior_count / (count_ + prior_count);
  Eigen::MatrixXd result = shrink * moments_;
  if (kind_ == MassKind::dense) {
    result.diagonal().array() += floor;
  } else {
    result.array() += floor;
  }
  return result;
}

std::size_t MassEstimate::state_size() const {
  return static_cast<std::size_t>(1 + mean_.size() + moments_.size());
}

std::vector<double> MassEstimate::state() const {
  std::vector<double> state{count_};
  state.insert(state.end(), mean_.data(), mean_.data() + mean_.size());
  state.insert(state.end(), moments_.data(), moments_.data() + moments_.size());
  return state;
}

void MassEstimate::set_state(std::span<const double> state) {
  assert(state.size() == state_size());
  count_ = state[0];
  std::copy_n(state.begin() + 1, mean_.size(), mean_.data());
  std::copy_n(state.begin() + 1 + mean_.size(), moments_.size(), moments_.data());
}

WarmupWindows WarmupWindows::of(Index warmup) {
  constexpr Index stan_first = 75, stan_last = 50, stan_base = 25;
  if (warmup >= stan_first + stan_last + stan_base) {
    return {stan_first, warmup - stan_last, stan_base};
  }
  // Short warm-up: 15 %, 75 %, 10 %, as Stan does.
  const Index first = warmup * 15 / 100, last = warmup - warmup / 10;
  return {first, last, std::max<Index>(1, last - first)};
}

bool WarmupWindows::ends_at(Index step) const {
  if (!contains(step)) return false;
  Index end = first;
  for (Index length = base; end < last; length *= 2) {
    end += length;
    // A window that would leave less than its successor's length takes the rest.
    if (end + 2 * length > last) end = last;
    if (step + 1 == end) return true;
  }
  return false;
}

}  // namespace nmc
