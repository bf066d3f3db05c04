#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A map of lengths r = |z| → ρ(r) that makes a density of z by length alone a standard normal one
/// of y = z ρ/r: Gaussianisation by radius (Lyu and Simoncelli, Neural Comput. 21, 1485 (2009)).
/// ρ' > 0 is linear between knots that lie evenly from 0 to `most`, and constant beyond.
class RadialWarp {
 public:
  /// ρ' at the knots, at least two, all above 0. Of `sites` coordinates.
  RadialWarp(Index sites, double most, std::vector<double> slopes);
  /// Of lengths as they are in the density, at least `kFewestLengths`: ρ is the quantile of the chi
  /// distribution where r has that of the lengths, smoothed over two knots. Beyond the longest of
  /// them ρ' is next to 0: a wall for what is fitted.
  [[nodiscard]] static RadialWarp fitted(Index sites, std::span<const double> lengths);
  static constexpr Index kKnots = 256, kFewestLengths = 1000;
  /// A fitted one with ρ' at least ρ/r beyond the longest length, for chains that go there.
  [[nodiscard]] RadialWarp continued() const;

  [[nodiscard]] Batch to_y(const Batch& z) const;
  [[nodiscard]] Batch to_z(const Batch& y) const;
  /// ln |det ∂z/∂y| at y, (rows).
  [[nodiscard]] Column log_det(const Batch& y) const;
  /// The gradient by y of a function f(z(y)) + ln |det ∂z/∂y| from that of f by z.
  [[nodiscard]] Batch pulled_back(const Batch& y, const Batch& by_z) const;
  /// ln of the density of z where y is standard normal, and its slope by r, of one length.
  struct LogDensity {
    double value, slope;
  };
  [[nodiscard]] LogDensity log_density(double r) const;

  [[nodiscard]] double most() const { return most_; }
  [[nodiscard]] const std::vector<double>& slopes() const { return slopes_; }

 private:
  /// A length with its image and the first two derivatives of that.
  struct At {
    double r, rho, slope, bend;
  };
  [[nodiscard]] At at_r(double r) const;
  [[nodiscard]] At at_rho(double rho) const;
  [[nodiscard]] At within(std::size_t piece, double r) const;

  Index sites_;
  double most_, step_;
  std::vector<double> slopes_;
  std::vector<double> rho_;  ///< at the knots
};

}  // namespace nmc
