#include "samplers/tuned_width.hpp"

#include <utility>

#include "core/errors.hpp"

namespace nmc {

TunedWidth::TunedWidth(double width, double target_acceptance, std::string owner)
    : width_(width),
      target_acceptance_(target_acceptance),
      owner_(std::move(owner)),
      averaging_((require(width > 0, "the width of " + owner_ + " must be positive"), width)) {
  require(0 <= target_acceptance && target_acceptance < 1,
          "the acceptance that " + owner_ + " is tuned to must lie in [0, 1)");
}

void TunedWidth::adapt(const WarmupStep& pooled) {
  averaging_.update(pooled.acceptance(0), target_acceptance_);
  const bool is_last = pooled.step + 1 == pooled.warmup;
  width_ = is_last ? averaging_.averaged_step() : averaging_.step();
}

std::vector<double> TunedWidth::numbers() const {
  std::vector<double> all = averaging_.state();
  all.push_back(width_);
  return all;
}

void TunedWidth::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == DualAveraging::state_size + 1,
          "the stored tuning does not belong to " + owner_);
  averaging_.set_state(numbers.first(DualAveraging::state_size));
  width_ = numbers.back();
}

}  // namespace nmc
