#include "samplers/learned/radial_warp.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr double kUniform = 0.002;  // share of a uniform density, which bounds the slopes
constexpr double kRoom = 1.1;       // of the knots beyond the longest length

/// ln of the density of the length of a standard normal vector, but for its constant.
double log_chi(double rho, Index sites) {
  return static_cast<double>(sites - 1) * std::log(rho) - 0.5 * rho * rho;
}

double chi_constant(Index sites) {
  const double half = 0.5 * static_cast<double>(sites);
  return (1 - half) * std::log(2.0) - std::lgamma(half);
}

/// Density at the knots, of integral 1 as one that is linear between them.
std::vector<double> density_of(std::span<const double> lengths, double step) {
  constexpr auto last = static_cast<std::size_t>(RadialWarp::kKnots - 1);
  std::vector<double> mass(last + 1, 0.0);
  for (const double r : lengths) {
    const double t = r / step;
    const auto k = std::min(static_cast<std::size_t>(t), last - 1);
    mass[k] += 1 - (t - static_cast<double>(k));
    mass[k + 1] += t - static_cast<double>(k);
  }
  const double all = static_cast<double>(lengths.size());
  std::vector<double> density(last + 1, 0.0);
  for (std::size_t k = 1; k < last; ++k)
    density[k] = (mass[k - 1] + 2 * mass[k] + mass[k + 1]) / (4 * all * step);
  const double span = step * static_cast<double>(last);
  for (double& g : density) g = (1 - kUniform) * g + kUniform / span;
  return density;
}

}  // namespace

RadialWarp::RadialWarp(Index sites, double most, std::vector<double> slopes)
    : sites_(sites),
      most_(most),
      step_(most / static_cast<double>(slopes.size() - 1)),
      slopes_(std::move(slopes)),
      rho_(1, 0.0) {
  for (std::size_t k = 0; k + 1 < slopes_.size(); ++k)
    rho_.push_back(rho_.back() + 0.5 * step_ * (slopes_[k] + slopes_[k + 1]));
}

RadialWarp RadialWarp::fitted(Index sites, std::span<const double> lengths) {
  require(std::ssize(lengths) >= kFewestLengths,
          std::to_string(lengths.size()) +
              " configurations are too few to warp lengths by, at "
              "least " +
              std::to_string(kFewestLengths) +
              " are needed: raise run.warmup or chains, "
              "or leave warp out");
  const double most = kRoom * *std::ranges::max_element(lengths);
  const double step = most / static_cast<double>(kKnots - 1);
  const std::vector<double> density = density_of(lengths, step);
  double total = 0;
  for (std::size_t k = 0; k + 1 < density.size(); ++k)
    total += 0.5 * step * (density[k] + density[k + 1]);
  const double half = 0.5 * static_cast<double>(sites);
  std::vector<double> rho(1, 0.0), slopes;
  double below = 0;
  for (std::size_t k = 1; k < density.size(); ++k) {
    below += 0.5 * step * (density[k - 1] + density[k]) / total;
    // The last knot has all of it below, and would be at infinity.
    const double above = std::max(1 - below, 0.25 / static_cast<double>(lengths.size()));
    rho.push_back(std::sqrt(2 * boost::math::gamma_q_inv(half, above)));
  }
  // Slopes whose trapezia end at these ρ would swing from knot to knot; these end near them.
  for (std::size_t k = 0; k < rho.size(); ++k) {
    const std::size_t low = k == 0 ? 0 : k - 1, high = std::min(k + 1, rho.size() - 1);
    slopes.push_back(
        std::max((rho[high] - rho[low]) / (step * static_cast<double>(high - low)), 1e-9));
  }
  return {sites, most, std::move(slopes)};
}

// With next to no slope a small step in ρ would be a jump in r, and what lies out there would weigh
// 1/ρ' times as much in y and keep a chain.
RadialWarp RadialWarp::continued() const {
  const auto first = static_cast<std::size_t>(std::ceil(most_ / kRoom / step_));
  const double ray = rho_[first] / (step_ * static_cast<double>(first));
  std::vector<double> slopes = slopes_;
  for (std::size_t k = first; k < slopes.size(); ++k) slopes[k] = std::max(slopes[k], ray);
  return {sites_, most_, std::move(slopes)};
}

RadialWarp::At RadialWarp::within(std::size_t piece, double r) const {
  const double bend = (slopes_[piece + 1] - slopes_[piece]) / step_;
  const double from = r - static_cast<double>(piece) * step_;
  return {r, rho_[piece] + from * (slopes_[piece] + 0.5 * bend * from),
          slopes_[piece] + bend * from, bend};
}

RadialWarp::At RadialWarp::at_r(double r) const {
  if (r >= most_) return {r, rho_.back() + slopes_.back() * (r - most_), slopes_.back(), 0};
  return within(std::min(static_cast<std::size_t>(r / step_), slopes_.size() - 2), r);
}

RadialWarp::At RadialWarp::at_rho(double rho) const {
  if (rho >= rho_.back())
    return {most_ + (rho - rho_.back()) / slopes_.back(), rho, slopes_.back(), 0};
  const auto piece =
      static_cast<std::size_t>(std::ranges::upper_bound(rho_, rho) - rho_.begin()) - 1;
  const double s = slopes_[piece], bend = (slopes_[piece + 1] - s) / step_;
  // The root of s t + bend t²/2 = ρ − ρ_k that stays where bend is 0.
  const double more = rho - rho_[piece];
  const double t = 2 * more / (s + std::sqrt(std::max(0.0, s * s + 2 * bend * more)));
  return {static_cast<double>(piece) * step_ + t, rho, s + bend * t, bend};
}

Batch RadialWarp::to_y(const Batch& z) const {
  const Column scale = sum_sites(z.square()).sqrt().unaryExpr([this](double r) {
    return r > 0 ? at_r(r).rho / r : slopes_.front();
  });
  return z.colwise() * scale;
}

Batch RadialWarp::to_z(const Batch& y) const {
  const Column scale = sum_sites(y.square()).sqrt().unaryExpr([this](double rho) {
    return rho > 0 ? at_rho(rho).r / rho : 1 / slopes_.front();
  });
  return y.colwise() * scale;
}

Column RadialWarp::log_det(const Batch& y) const {
  const auto others = static_cast<double>(sites_ - 1);
  return sum_sites(y.square()).sqrt().unaryExpr([&](double rho) {
    if (rho == 0) return -(others + 1) * std::log(slopes_.front());
    const At at = at_rho(rho);
    return others * std::log(at.r / rho) - std::log(at.slope);
  });
}

Batch RadialWarp::pulled_back(const Batch& y, const Batch& by_z) const {
  const auto others = static_cast<double>(sites_ - 1);
  const Column length = sum_sites(y.square()).sqrt(), along = sum_sites(y * by_z);
  Batch by_y(y.rows(), y.cols());
  for (Index row = 0; row < y.rows(); ++row) {
    const double rho = length(row);
    if (rho == 0) {
      by_y.row(row) = by_z.row(row) / slopes_.front();
      continue;
    }
    const At at = at_rho(rho);
    const double scale = at.r / rho, r_slope = 1 / at.slope;
    // z = y r(ρ)/ρ, and ln |det| = (n − 1) ln(r/ρ) − ln ρ'(r).
    const double of_det = others * (r_slope / at.r - 1 / rho) - at.bend * r_slope * r_slope;
    const double of_scale = (r_slope - scale) / (rho * rho) * along(row);
    by_y.row(row) = scale * by_z.row(row) + (of_scale + of_det / rho) * y.row(row);
  }
  return by_y;
}

RadialWarp::LogDensity RadialWarp::log_density(double r) const {
  const auto others = static_cast<double>(sites_ - 1);
  const At at = at_r(std::max(r, 1e-12 * most_));
  return {
      chi_constant(sites_) + log_chi(at.rho, sites_) + std::log(at.slope) - others * std::log(at.r),
      (others / at.rho - at.rho) * at.slope + at.bend / at.slope - others / at.r};
}

}  // namespace nmc
