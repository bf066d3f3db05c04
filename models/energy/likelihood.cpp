#include "models/energy/likelihood.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>

#include "core/simd/functions.hpp"
#include "models/energy/rbm_exact.hpp"

namespace nmc {
namespace {

struct Penalty {
  double strength;
  Index most_steps;
};
constexpr std::array<Penalty, 3> kPenalties{
    {{3e-3, 80}, {3e-4, 100}, {0, std::numeric_limits<Index>::max()}}};

std::vector<double> numbers_of_machine(const Rbm& rbm) {
  return {rbm.parameters().begin(), rbm.parameters().end()};
}

/// Σ_j of what a hidden unit adds to ln p̃ by its field x.
Column hidden_part(const Rbm& rbm, Batch x) {
  const std::span<double> numbers(x.data(), static_cast<std::size_t>(x.size()));
  if (rbm.units() == Units::spin)
    simd::log_cosh(numbers, numbers);
  else
    simd::softplus(numbers, numbers);
  return sum_sites(x);
}

}  // namespace

WeightedRows distinct_rows(const Batch& v) {
  std::map<std::string, Index> places;
  std::vector<Index> first;
  std::vector<double> count;
  for (Index row = 0; row < v.rows(); ++row) {
    std::string key(static_cast<std::size_t>(v.cols()), '0');
    for (Index i = 0; i < v.cols(); ++i)
      if (v(row, i) > 0) key[static_cast<std::size_t>(i)] = '1';
    const auto [place, is_new] = places.try_emplace(std::move(key), std::ssize(first));
    if (is_new) {
      first.push_back(row);
      count.push_back(0);
    }
    ++count[static_cast<std::size_t>(place->second)];
  }
  WeightedRows rows{Batch(std::ssize(first), v.cols()), Column(std::ssize(first))};
  for (Index r = 0; r < rows.v.rows(); ++r) {
    rows.v.row(r) = v.row(first[static_cast<std::size_t>(r)]);
    rows.weight(r) = count[static_cast<std::size_t>(r)] / static_cast<double>(v.rows());
  }
  return rows;
}

double exact_nll(const Rbm& rbm, const WeightedRows& rows, const Threads& threads,
                 std::span<double> grad) {
  const Side side = smaller_side(rbm.shape());
  const double log_p = (rows.weight * rbm.log_density(rows.v)).sum();
  if (grad.empty()) return log_z(rbm, side, threads) - log_p;
  const RbmMoments moments = exact_moments(rbm, side, threads);
  add_log_z_grad(moments, 1, grad);
  rbm.add_grad(rows.v, -rows.weight, grad);
  return moments.log_z - log_p;
}

double pseudo_nll(const Rbm& rbm, const Batch& v) {
  const Batch x = rbm.hidden_fields(v);
  const Column here = hidden_part(rbm, x);
  Column total = Column::Zero(v.rows());
  for (Index i = 0; i < v.cols(); ++i) {
    // The other value of the unit: −v, or 1 − v.
    const Column change =
        rbm.units() == Units::spin ? Column(-2 * v.col(i)) : Column(1 - 2 * v.col(i));
    Batch turned = x;
    for (Index j = 0; j < x.cols(); ++j) turned.col(j) += rbm.W()(j, i) * change;
    Column gain = rbm.a()(i) * change + hidden_part(rbm, std::move(turned)) - here;
    const std::span<double> numbers(gain.data(), static_cast<std::size_t>(gain.size()));
    simd::softplus(numbers, numbers);  // −ln p(v_i | others) = ln(1 + p̃(turned) / p̃(v))
    total += gain;
  }
  return total.mean();
}

double reconstruction_error(const Rbm& rbm, const Batch& v) {
  return (v - rbm.visible_means(rbm.hidden_means(v))).square().mean();
}

ExactTraining::ExactTraining(const Rbm& start, const WeightedRows& rows, const Threads& threads)
    : rbm_(start), rows_(rows), threads_(threads), minimiser_(numbers_of_machine(start)) {
  require_exact(start.shape());
}

void ExactTraining::take_parameters(std::span<const double> theta) {
  std::ranges::copy(theta, rbm_.parameters().begin());
}

std::span<double> ExactTraining::weights_in(std::span<double> theta) const {
  return theta.subspan(static_cast<std::size_t>(rbm_.sites() + rbm_.hidden()));
}

bool ExactTraining::step() {
  const double strength = kPenalties[stage_].strength;
  bool goes_on = minimiser_.step([&](std::span<const double> x, std::span<double> grad) {
    take_parameters(x);
    std::ranges::fill(grad, 0.0);
    const double nll = exact_nll(rbm_, rows_, threads_, grad);
    const std::span<double> weights = weights_in(rbm_.parameters()), of_W = weights_in(grad);
    for (std::size_t k = 0; k < of_W.size(); ++k) of_W[k] += strength * weights[k];
    return nll + strength / 2 * rbm_.W().squaredNorm();
  });
  take_parameters(minimiser_.x());
  nll_ = minimiser_.value() - strength / 2 * rbm_.W().squaredNorm();
  ++steps_;
  if (goes_on && steps_ < kPenalties[stage_].most_steps) return true;
  if (stage_ + 1 == kPenalties.size()) return goes_on;
  ++stage_;
  steps_ = 0;
  minimiser_ = Lbfgs(numbers_of_machine(rbm_));
  return true;
}

std::vector<double> ExactTraining::state() const {
  std::vector<double> numbers{static_cast<double>(stage_), static_cast<double>(steps_), nll_};
  const std::vector<double> of_minimiser = minimiser_.state();
  numbers.insert(numbers.end(), of_minimiser.begin(), of_minimiser.end());
  return numbers;
}

void ExactTraining::set_state(std::span<const double> state) {
  require(state.size() >= 3 && state[0] < static_cast<double>(kPenalties.size()),
          "the state of a training is that of another method");
  minimiser_.set_state(state.subspan(3));
  stage_ = static_cast<std::size_t>(state[0]);
  steps_ = static_cast<Index>(state[1]);
  nll_ = state[2];
  take_parameters(minimiser_.x());
}

void require_exact(const RbmShape& shape) {
  const Side side = smaller_side(shape);
  const Index units = std::min(shape.visible, shape.hidden);
  if (units <= kMostExactUnits) return;
  const double seconds = enumeration_seconds(shape, side, true);
  throw UserError(fmt::format(
      "an exact gradient sums over the 2^{} states of the smaller side, {} CPU time each; at most "
      "2^{} are summed: use method = pcd or cd, or at most {} hidden units",
      units,
      seconds < 3600     ? fmt::format("{:.2g} s", seconds)
      : seconds < 3.15e7 ? fmt::format("{:.2g} hours", seconds / 3600)
                         : fmt::format("{:.2g} years", seconds / 3.15e7),
      kMostExactUnits, kMostExactUnits));
}

}  // namespace nmc
