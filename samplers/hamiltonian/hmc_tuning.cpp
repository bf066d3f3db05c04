#include "samplers/hamiltonian/hmc_tuning.hpp"

#include <utility>

#include "core/errors.hpp"

namespace nmc {

HmcTuning::HmcTuning(const Options& options, Mass mass, Index sites)
    : options_(options),
      step_size_(options.step_size),
      averaging_(options.step_size),
      mass_(std::move(mass)),
      estimate_(options.estimated, sites) {}

bool HmcTuning::wants_configurations(Index step, Index warmup) const {
  return options_.estimated != MassKind::unit && WarmupWindows::of(warmup).contains(step);
}

void HmcTuning::adapt(const WarmupStep& pooled) {
  is_settling_ = pooled.step + 1 < pooled.warmup;
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  step_size_ = averaging_.step();
  if (wants_configurations(pooled.step, pooled.warmup)) {
    estimate_.add(pooled.x);
    if (WarmupWindows::of(pooled.warmup).ends_at(pooled.step) && estimate_.count() > 1) {
      mass_.set_covariance(estimate_.covariance());
      estimate_.clear();
      averaging_.restart(step_size_);
    }
  }
  if (pooled.step + 1 == pooled.warmup) step_size_ = averaging_.averaged_step();
}

std::vector<double> HmcTuning::numbers() const {
  std::vector<double> all{step_size_, is_settling_ ? 1.0 : 0.0};
  for (const std::vector<double>& part : {averaging_.state(), mass_.state(), estimate_.state()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void HmcTuning::set_numbers(std::span<const double> numbers) {
  const std::size_t averaging = 2, mass = averaging + DualAveraging::state_size;
  const std::size_t estimate = mass + mass_.state_size();
  require(numbers.size() == estimate + estimate_.state_size(),
          "the stored tuning belongs to another HMC: its mass or number of sites differ");
  step_size_ = numbers[0];
  is_settling_ = numbers[1] != 0;
  averaging_.set_state(numbers.subspan(averaging, DualAveraging::state_size));
  mass_.set_state(numbers.subspan(mass, mass_.state_size()));
  estimate_.set_state(numbers.subspan(estimate));
}

}  // namespace nmc
