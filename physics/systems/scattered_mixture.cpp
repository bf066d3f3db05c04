#include "physics/systems/scattered_mixture.hpp"

#include <fmt/format.h>

#include <cmath>
#include <random>
#include <utility>

namespace nmc {

Batch scattered_means(const Scatter& scatter) {
  require(scatter.modes >= 1 && scatter.sites >= 1,
          "a scattered mixture needs at least one mode of one variable");
  require(std::isfinite(scatter.half_width) && scatter.half_width > 0,
          fmt::format("half_width is {}; it must be a finite number above 0", scatter.half_width));
  constexpr std::uint32_t kMantissa = (1U << 24U) - 1;
  constexpr float kUnit = 0x1p-24F;
  std::mt19937 twister(scatter.seed);
  Batch means(scatter.modes, scatter.sites);
  for (Index mode = 0; mode < scatter.modes; ++mode)
    for (Index i = 0; i < scatter.sites; ++i) {
      const float uniform =
          kUnit * static_cast<float>(static_cast<std::uint32_t>(twister()) & kMantissa);
      means(mode, i) = (uniform - 0.5F) * 2.0F * static_cast<float>(scatter.half_width);
    }
  return means;
}

GaussianMixture scattered_mixture(const Scatter& scatter) {
  const Batch means = scattered_means(scatter);
  std::vector<GaussianMixture::Component> components;
  for (Index mode = 0; mode < means.rows(); ++mode)
    components.push_back({1, means.row(mode).matrix().transpose(), scatter.width});
  return GaussianMixture(std::move(components));
}

}  // namespace nmc
