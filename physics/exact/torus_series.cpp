#include "physics/exact/torus_series.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "physics/exact/jet.hpp"

namespace nmc {
namespace {

/// Below it what follows the first terms is 1e-16 of them; one term of an extensive series.
constexpr double smallest_u = 1.6e-8, smallest_t = 1e-4, smallest_walls = 1e-9;

struct Direction {
  double extent = 0, other = 0;
  Jet K;  ///< βJ by β
};

/// e^{−4k|K|}.
Jet boltzmann(const Jet& K, double k) {
  return exp((K.value < 0 ? 4 * k : -4 * k) * K);
}

Jet power(const Jet& t, double k) {
  const double x = t.value;
  if (x == 0) return {};  // k >= 3: also both derivatives
  return compose({std::pow(x, k), k * std::pow(x, k - 1), k * (k - 1) * std::pow(x, k - 2)}, t);
}

/// Two straight walls across `a`, of length a.extent, at two of a.other places.
Jet walls(const Direction& a, const Direction& across) {
  return (a.other * (a.other - 1) / 2) * boltzmann(across.K, a.extent);
}

/// lnZ + βE0.
Jet cold_series(const Direction& x, const Direction& y) {
  const Jet ux = boltzmann(x.K, 1), uy = boltzmann(y.K, 1);
  Jet neighbours = Jet{1, 0, 0};
  if (x.extent > 2) neighbours = neighbours + uy;  // two along x leave two more bonds along y
  if (y.extent > 2) neighbours = neighbours + ux;
  return (x.extent * y.extent) * (ux * uy * neighbours) + walls(x, y) + walls(y, x) +
         std::numbers::ln2;
}

Exact cold(const UniformTorus& torus, double beta, const Jet& series) {
  const double sites =
      static_cast<double>(torus.extents[0]) * static_cast<double>(torus.extents[1]);
  const double ground = -sites * (std::abs(torus.J[0]) + std::abs(torus.J[1]));
  Exact exact;
  exact.lnZ = series.value - beta * ground;
  exact.energy = ground - series.first;
  // β² alone may be beyond a double.
  exact.heat = beta * (beta * series.second);
  exact.entropy = series.value - beta * series.first;
  return exact;
}

Exact warm(const Direction& x, const Direction& y, double beta) {
  const double sites = x.extent * y.extent;
  const Jet tx = tanh(x.K), ty = tanh(y.K);
  const Jet lnZ = sites * (log_cosh(x.K) + log_cosh(y.K) + tx * tx * (ty * ty)) +
                  x.other * power(tx, x.extent) + y.other * power(ty, y.extent) +
                  sites * std::numbers::ln2;
  Exact exact;
  exact.lnZ = lnZ.value;
  exact.energy = -lnZ.first;
  exact.heat = beta * (beta * lnZ.second);
  exact.entropy = exact.lnZ + beta * *exact.energy;
  return exact;
}

}  // namespace

std::optional<Exact> torus_series(const UniformTorus& torus, double beta) {
  const auto lx = static_cast<double>(torus.extents[0]), ly = static_cast<double>(torus.extents[1]);
  const Direction x{lx, ly, {beta * torus.J[0], torus.J[0], 0}};
  const Direction y{ly, lx, {beta * torus.J[1], torus.J[1], 0}};
  const double largest_t = std::max(std::abs(x.K.value), std::abs(y.K.value));
  std::optional<Exact> exact;
  if (std::min(lx, ly) > 2 && largest_t <= smallest_t) exact = warm(x, y, beta);
  const double largest_u = std::max(boltzmann(x.K, 1).value, boltzmann(y.K, 1).value);
  if (!torus.is_frustrated(0) && !torus.is_frustrated(1) && largest_u <= smallest_u &&
      walls(x, y).value + walls(y, x).value <= smallest_walls)
    exact = cold(torus, beta, cold_series(x, y));
  if (exact) exact->method = "Kaufman";
  return exact;
}

}  // namespace nmc
