#include "physics/systems/many_well.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nmc {
namespace {

constexpr double kLeastPoints = 1 << 10, kMostPoints = 1 << 22;
constexpr double kMostDepth = 1e6;                      // whose own rounding is 1e-10
constexpr double kRounding = 1e-13, kMostError = 1e-9;  // relative, and absolute of lnZ

/// Beyond this |x| the exponent is below −750: each of the three other terms is at most a third of
/// c x⁴.
double end_of(const DoubleWell& well) {
  const double third = 3 / well.quartic;
  return std::max({std::sqrt(third * std::max(0.0, well.quadratic)),
                   std::cbrt(third * std::abs(well.linear)), std::pow(third * 750, 0.25)});
}

double log_density_at(const DoubleWell& well, double x) {
  return ((-well.quartic * x * x + well.quadratic) * x + well.linear) * x;
}

DoubleWell::Moments sums_over(const DoubleWell& well, double points) {
  const double end = end_of(well), h = 2 * end / points;
  double top = 0;
  for (double k = 0; k <= points; ++k) top = std::max(top, log_density_at(well, h * k - end));
  double sums[3] = {0, 0, 0};
  for (double k = 0; k <= points; ++k) {
    const double x = h * k - end;
    const double p = std::exp(log_density_at(well, x) - top);
    sums[0] += p;
    sums[1] += p * x;
    sums[2] += p * x * x;
  }
  return {top + std::log(h * sums[0]), sums[1] / sums[0], sums[2] / sums[0]};
}

}  // namespace

DoubleWell::Moments DoubleWell::moments() const {
  require(std::isfinite(quartic) && quartic > 0,
          fmt::format("quartic is {}; it must be a finite number above 0", quartic));
  require(std::isfinite(quadratic) && std::isfinite(linear),
          "quadratic and linear must be finite numbers");
  Moments coarse = sums_over(*this, kLeastPoints);
  for (double points = 2 * kLeastPoints; points <= kMostPoints; points *= 2) {
    const Moments fine = sums_over(*this, points);
    const double scale = std::sqrt(fine.mean_square);
    const bool is_done =
        std::abs(fine.lnZ) <= kMostDepth &&
        std::abs(fine.lnZ - coarse.lnZ) <=
            std::min(kMostError, kRounding * (1 + std::abs(fine.lnZ))) &&
        std::abs(fine.mean - coarse.mean) <= kRounding * scale &&
        std::abs(fine.mean_square - coarse.mean_square) <= kRounding * scale * scale;
    if (is_done) return fine;
    coarse = fine;
  }
  throw UserError(fmt::format(
      "the double well of quartic = {}, quadratic = {} and linear = {} is too steep for its "
      "integrals: make quadratic or linear smaller, or quartic larger",
      quartic, quadratic, linear));
}

ManyWell::ManyWell(Index pairs, const DoubleWell& well) : pairs_(pairs), well_(well) {
  require(pairs >= 1, fmt::format("pairs is {}; it must be at least 1", pairs));
  moments_ = well_.moments();
}

Column ManyWell::log_density(const Batch& x) const {
  Column log_p = Column::Zero(x.rows());
  for (Index k = 0; k < pairs_; ++k) {
    const auto well = x.col(2 * k);
    log_p += ((-well_.quartic * well.square() + well_.quadratic) * well + well_.linear) * well -
             0.5 * x.col(2 * k + 1).square();
  }
  return log_p;
}

Column ManyWell::log_density_grad(const Batch& x, Batch& grad) const {
  grad.resize(x.rows(), x.cols());
  for (Index k = 0; k < pairs_; ++k) {
    const auto well = x.col(2 * k);
    grad.col(2 * k) =
        (-4 * well_.quartic * well.square() + 2 * well_.quadratic) * well + well_.linear;
    grad.col(2 * k + 1) = -x.col(2 * k + 1);
  }
  return log_density(x);
}

double ManyWell::lnZ() const {
  return static_cast<double>(pairs_) * (moments_.lnZ + 0.5 * std::log(2 * std::numbers::pi));
}

}  // namespace nmc
