#include "core/optimise/dual_averaging.hpp"

#include <cassert>
#include <cmath>

namespace nmc {
namespace {
constexpr double gamma = 0.05, t0 = 10, kappa = 0.75;
}

void DualAveraging::restart(double step) {
  mu_ = std::log(10 * step);
  bias_ = 0;
  log_average_ = std::log(step);
  count_ = 0;
}

void DualAveraging::update(double acceptance, double wanted) {
  if (std::isnan(acceptance)) return;  // a part of a mixture that was not run
  ++count_;
  const double weight = 1 / (count_ + t0);
  bias_ += weight * (wanted - acceptance - bias_);
  const double forget = std::pow(count_, -kappa);
  log_average_ += forget * (std::log(step()) - log_average_);
}

double DualAveraging::step() const {
  if (count_ == 0) return averaged_step();
  return std::exp(mu_ - std::sqrt(count_) / gamma * bias_);
}

double DualAveraging::averaged_step() const {
  return std::exp(log_average_);
}

void DualAveraging::set_state(std::span<const double> state) {
  assert(state.size() == state_size);
  mu_ = state[0];
  bias_ = state[1];
  log_average_ = state[2];
  count_ = state[3];
}

}  // namespace nmc
