#include "models/energy/inverse_ising.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/linear/factors.hpp"

namespace nmc {
namespace {

std::vector<double> zeros(const IsingShape& shape) {
  return std::vector<double>(static_cast<std::size_t>(shape.parameters()), 0.0);
}

}  // namespace

InverseIsing::InverseIsing(IsingShape shape, const WeightedRows& rows, const Options& options,
                           const Threads& threads)
    : shape_(std::move(shape)),
      rows_(rows),
      options_(options),
      threads_(threads),
      means_(Eigen::VectorXd::Zero(shape_.parameters())),
      minimiser_(zeros(shape_)) {
  require(rows.v.cols() == shape_.sites,
          fmt::format("the rows have {} spins and the couplings {}", rows.v.cols(), shape_.sites));
  require(shape_.parameters() > 0, "without pairs and fields there is nothing to learn");
  require(options.method == IsingMethod::pseudo || shape_.sites <= kMostExactUnits,
          fmt::format("an exact gradient sums over 2^{} states, and 2^{} is the most: method = "
                      "pseudo",
                      shape_.sites, kMostExactUnits));
  means_ = sufficient_statistics(shape_, rows.v).transpose() * rows.weight.matrix();
  if (options.penalty == 0) require_finite();
}

void InverseIsing::require_finite() const {
  constexpr double kRounding = 1e-12;  // of a mean over all rows
  const Index pairs = std::ssize(shape_.pairs);
  for (Index k = 0; k < means_.size(); ++k) {
    if (std::abs(means_(k)) < 1 - kRounding) continue;
    if (k < pairs)
      throw UserError(fmt::format(
          "spins {} and {} are {} in all rows, and their coupling would be infinite: more rows, or "
          "weight_decay above 0",
          shape_.pairs[static_cast<std::size_t>(k)].first,
          shape_.pairs[static_cast<std::size_t>(k)].second, means_(k) > 0 ? "equal" : "opposite"));
    throw UserError(
        fmt::format("spin {} never turns, and its field would be infinite: more rows, "
                    "or fields = false",
                    k - pairs));
  }
}

double InverseIsing::loss(std::span<const double> theta, std::span<double> grad) const {
  double value = 0;
  if (is_exact_) {
    const IsingNll nll = ising_nll(shape_, theta, means_, threads_);
    value = nll.value;
    std::ranges::copy(nll.grad, grad.begin());
  } else {
    value = ising_pseudo_nll(shape_, theta, rows_, grad);
  }
  for (std::size_t k = 0; k < shape_.pairs.size(); ++k) {
    value += 0.5 * options_.penalty * theta[k] * theta[k];
    grad[k] += options_.penalty * theta[k];
  }
  return value;
}

bool InverseIsing::step() {
  const auto f = [this](std::span<const double> theta, std::span<double> grad) {
    return loss(theta, grad);
  };
  if (minimiser_.step(f)) return true;
  if (is_exact_ || options_.method == IsingMethod::pseudo) return false;
  is_exact_ = true;
  minimiser_ = Lbfgs(minimiser_.x());
  return true;
}

Eigen::VectorXd InverseIsing::errors(double rows) const {
  const Eigen::MatrixXd covariance =
      is_exact_ ? linear::inverse_of_positive(fisher_information(shape_, theta(), threads_))
                : pseudo_covariance(shape_, theta(), rows_);
  return (covariance.diagonal() / rows).cwiseSqrt();
}

std::vector<double> InverseIsing::state() const {
  std::vector<double> numbers{is_exact_ ? 1.0 : 0.0};
  const std::vector<double> minimiser = minimiser_.state();
  numbers.insert(numbers.end(), minimiser.begin(), minimiser.end());
  return numbers;
}

void InverseIsing::set_state(std::span<const double> state) {
  require(!state.empty(), "the checkpoint is of another machine");
  is_exact_ = state[0] != 0;
  minimiser_.set_state(state.subspan(1));
}

}  // namespace nmc
