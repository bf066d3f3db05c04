#include "physics/systems/rings.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <string>

namespace nmc {
namespace {

Column radius_of(const Batch& x) {
  return (x.col(0).square() + x.col(1).square()).sqrt();
}

/// ∫_a^b r^k e^{−((r − c)/w)²} dr for k = 1, 2, 3, closed: with t = (r − c)/w the powers of t are
/// I_0 = √π/2 (erf), I_1 = −½ e^{−t²}, I_{n+1} = (n I_{n−1} − t^n e^{−t²})/2 between the ends.
struct Piece {
  double a, b, centre, width;

  [[nodiscard]] std::array<double, 3> powers() const {
    const double t = (a - centre) / width, u = (b - centre) / width;
    const double e_t = std::exp(-t * t), e_u = std::isinf(u) ? 0 : std::exp(-u * u);
    const auto ends = [&](int n) {
      const double at_u = e_u == 0 ? 0 : std::pow(u, n) * e_u;
      return at_u - std::pow(t, n) * e_t;
    };
    const double i0 = 0.5 * std::sqrt(std::numbers::pi) * (std::erf(u) - std::erf(t));
    const double i1 = -0.5 * ends(0);
    const double i2 = 0.5 * (i0 - ends(1)), i3 = 0.5 * (2 * i1 - ends(2));
    const double c = centre, w = width;
    return {w * (c * i0 + w * i1), w * (c * c * i0 + 2 * c * w * i1 + w * w * i2),
            w * (c * c * c * i0 + 3 * c * c * w * i1 + 3 * c * w * w * i2 + w * w * w * i3)};
  }
};

}  // namespace

Rings::Rings(Index count, double width) : count_(count), width_(width) {
  require(count >= 1, "rings needs at least one ring");
  require(std::isfinite(width) && width > 0,
          "width is " + std::to_string(width) + "; it must be a finite number above 0");
}

Column Rings::excess(const Column& radius) const {
  const auto most = static_cast<double>(count_);
  const Column nearest = radius.unaryExpr(
      [most](double r) { return std::min(most, std::max(1.0, std::floor(r + 0.5))); });
  return (radius - nearest) / width_;
}

Column Rings::log_density(const Batch& x) const {
  return -excess(radius_of(x)).square();
}

Column Rings::log_density_grad(const Batch& x, Batch& grad) const {
  const Column r = radius_of(x);
  const Column e = excess(r);
  const Column force = (r == 0).select(0.0, -2 * e / (width_ * r));
  grad = x.colwise() * force;
  return -e.square();
}

Rings::Moments Rings::moments() const {
  std::array<double, 3> sums{};
  for (Index i = 1; i <= count_; ++i) {
    const auto centre = static_cast<double>(i);
    const Piece piece{i == 1 ? 0 : centre - 0.5,
                      i == count_ ? std::numeric_limits<double>::infinity() : centre + 0.5, centre,
                      width_};
    const std::array<double, 3> here = piece.powers();
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += here[k];
  }
  return {std::log(2 * std::numbers::pi * sums[0]), sums[1] / sums[0], sums[2] / sums[0]};
}

}  // namespace nmc
