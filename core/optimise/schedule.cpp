#include "core/optimise/schedule.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc {

Decay decay_from_name(const std::string& name) {
  if (name == "constant") return Decay::constant;
  if (name == "cosine") return Decay::cosine;
  const std::array<std::string, 2> names = {"constant", "cosine"};
  throw UserError("unknown schedule \"" + name + "\"" + did_you_mean(name, names) +
                  " (constant or cosine)");
}

double Schedule::at(Index step) const {
  if (step < warmup) return rate * static_cast<double>(step + 1) / static_cast<double>(warmup);
  if (decay == Decay::constant) return rate;
  if (step >= steps) return 0;
  const double part = static_cast<double>(step - warmup) / static_cast<double>(steps - warmup);
  return rate * 0.5 * (1 + std::cos(std::numbers::pi * part));
}

void check(const Schedule& schedule) {
  require(schedule.rate > 0 && std::isfinite(schedule.rate),
          "learning_rate = " + std::to_string(schedule.rate) + " must be positive; try 0.001");
  require(schedule.warmup >= 0 && schedule.warmup < schedule.steps,
          "warmup = " + std::to_string(schedule.warmup) +
              " must be shorter than steps = " + std::to_string(schedule.steps));
}

double norm(std::span<const double> grad) {
  double square = 0;
  for (const double g : grad) square += g * g;
  return std::sqrt(square);
}

double clip_norm(std::span<double> grad, double largest) {
  const double length = norm(grad);
  if (largest > 0 && length > largest) {
    for (double& g : grad) g *= largest / length;
  }
  return length;
}

}  // namespace nmc
