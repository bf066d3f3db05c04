#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "physics/exact.hpp"
#include "physics/ising.hpp"

namespace nmc {

namespace {

/// A function of the coupling with its first two derivatives.
struct Jet {
  double value = 0, first = 0, second = 0;
  Jet& operator+=(const Jet& other) {
    value += other.value;
    first += other.first;
    second += other.second;
    return *this;
  }
};

/// f(u) from f and its derivatives by u.
Jet compose(const Jet& f, const Jet& u) {
  return {f.value, f.first * u.first, f.second * u.first * u.first + f.first * u.second};
}

/// γ_l > 0 with cosh γ_l = c − cos(πl/n), c = s + 1/s, s = sinh 2K. The distance from 1 is
/// δ = (1 − s)²/s + 2 sin²(πl/2n), free of cancellation.
Jet gamma(double K, double sine) {
  const double s = std::sinh(2 * K), cosh_2K = std::cosh(2 * K);
  const double delta = (1 - s) * (1 - s) / s + 2 * sine * sine;
  const double slope = (s - 1) * (s + 1) / (s * s);  // dc/ds
  const Jet c{1 + delta, slope * 2 * cosh_2K, slope * 4 * s + 8 * cosh_2K * cosh_2K / (s * s * s)};
  const double sinh_gamma = std::sqrt(delta * (2 + delta));
  const double arccosh = std::log1p(delta + sinh_gamma);
  return compose({arccosh, 1 / sinh_gamma, -c.value / (sinh_gamma * sinh_gamma * sinh_gamma)}, c);
}

/// γ_0 = 2K + ln tanh K: negative above the critical temperature, and it must stay so.
Jet gamma_zero(double K) {
  const double s = std::sinh(2 * K);
  return {2 * K + std::log(std::tanh(K)), 2 + 2 / s, -4 * std::cosh(2 * K) / (s * s)};
}

/// ln 2cosh(mγ/2) of γ, any sign.
Jet ln_2cosh(double m, const Jet& gamma) {
  const double u = m * gamma.value / 2, t = std::tanh(u);
  const Jet f{std::abs(u) + std::log1p(std::exp(-2 * std::abs(u))), m / 2 * t,
              m * m / 4 * (1 - t) * (1 + t)};
  return compose(f, gamma);
}

/// ln 2sinh(mγ/2) of γ > 0.
Jet ln_2sinh(double m, const Jet& gamma) {
  const double u = m * gamma.value / 2;
  const double sinh_u = std::sinh(std::min(u, 350.0));  // beyond, 1/sinh² is 0 all the same
  const Jet f{u + std::log(-std::expm1(-2 * u)), m / 2 / std::tanh(u),
              -m * m / 4 / (sinh_u * sinh_u)};
  return compose(f, gamma);
}

/// tanh(mγ/2) of γ, any sign.
Jet tanh_half(double m, const Jet& gamma) {
  const double t = std::tanh(m * gamma.value / 2), slope = (1 - t) * (1 + t);
  return compose({t, m / 2 * slope, -m * m / 2 * t * slope}, gamma);
}

/// One of the four products, r e^l. r differs from 1 in the last alone: its factor 2 sinh(mγ_0/2)
/// changes sign at the critical point and is written as tanh times cosh.
struct Product {
  Jet r{1, 0, 0};
  Jet l;
};

std::array<Product, 4> products(Index n, double m, double K) {
  std::array<Product, 4> product;
  for (Index l = 0; l < 2 * n; ++l) {
    const bool is_odd = l % 2 == 1;
    Product& cosh_product = product[is_odd ? 0 : 2];
    Product& sinh_product = product[is_odd ? 1 : 3];
    if (l == 0) {
      const Jet zero = gamma_zero(K);
      cosh_product.l += ln_2cosh(m, zero);
      sinh_product.l += ln_2cosh(m, zero);
      sinh_product.r = tanh_half(m, zero);
      continue;
    }
    const double angle = std::numbers::pi * static_cast<double>(l) / static_cast<double>(2 * n);
    const Jet g = gamma(K, std::sin(angle));
    cosh_product.l += ln_2cosh(m, g);
    sinh_product.l += ln_2sinh(m, g);
  }
  return product;
}

/// ln Σ r e^l with derivatives. The second is taken about the mean slope, so that the squares of
/// slopes of order N do not cancel.
Jet ln_sum(const std::array<Product, 4>& product) {
  double top = product[0].l.value;
  for (const Product& p : product) top = std::max(top, p.l.value);
  double sum = 0, slope = 0, curvature = 0;
  for (const Product& p : product) {
    const double w = std::exp(p.l.value - top);
    sum += w * p.r.value;
    slope += w * (p.r.first + p.r.value * p.l.first);
  }
  slope /= sum;
  for (const Product& p : product) {
    const double excess = p.l.first - slope;
    curvature += std::exp(p.l.value - top) *
                 (p.r.second + 2 * p.r.first * excess + p.r.value * (p.l.second + excess * excess));
  }
  return {top + std::log(sum), slope, curvature / sum};
}

}  // namespace

Exact kaufman(Index lx, Index ly, double beta) {
  check_beta(beta);
  require(lx >= 2 && ly >= 2,
          fmt::format("Kaufman's formula needs extents of 2 or more, not {}x{}", lx, ly));
  const auto sites = static_cast<double>(lx) * static_cast<double>(ly);
  Exact exact;
  exact.method = "Kaufman";
  if (beta == 0) {
    exact.lnZ = sites * std::numbers::ln2;
    exact.energy = exact.heat = 0;
    return exact;
  }
  const Jet sum = ln_sum(products(lx, static_cast<double>(ly), beta));
  const double s = std::sinh(2 * beta);
  exact.lnZ = sum.value - std::numbers::ln2 + sites / 2 * std::log(2 * s);
  exact.energy = -(sum.first + sites * std::cosh(2 * beta) / s);
  exact.heat = beta * beta * (sum.second - 2 * sites / (s * s));
  require(
      std::isfinite(exact.lnZ) && std::isfinite(*exact.heat),
      fmt::format("beta = {} is outside the range of Kaufman's formula in double precision", beta));
  return exact;
}

Exact ising_ring(Index extent, double beta) {
  check_beta(beta);
  require(extent >= 2, fmt::format("a ring needs 2 spins or more, not {}", extent));
  const auto n = static_cast<double>(extent);
  // Z = (2 cosh β)^L (1 + t^L), t = tanh β; d(t^L)/dβ = L t^{L−1} (1 − t²).
  const double t = std::tanh(beta), slope = (1 - t) * (1 + t);
  const double power = std::pow(t, n), first = n * std::pow(t, n - 1) * slope;
  const double second = n * std::pow(t, n - 2) * slope * ((n - 1) * slope - 2 * t * t);
  const double log_slope = first / (1 + power);
  Exact exact;
  exact.method = "transfer matrix";
  exact.lnZ = n * (beta + std::log1p(std::exp(-2 * beta))) + std::log1p(power);
  exact.energy = -(n * t + log_slope);
  exact.heat = beta * beta * (n * slope + second / (1 + power) - log_slope * log_slope);
  return exact;
}

}  // namespace nmc
