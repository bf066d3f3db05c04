#pragma once

#include <cmath>

namespace nmc {

/// A function of one variable with its first two derivatives.
struct Jet {
  double value = 0, first = 0, second = 0;
};

inline Jet operator+(const Jet& a, const Jet& b) {
  return {a.value + b.value, a.first + b.first, a.second + b.second};
}
inline Jet operator+(const Jet& a, double b) {
  return {a.value + b, a.first, a.second};
}
inline Jet operator*(double a, const Jet& b) {
  return {a * b.value, a * b.first, a * b.second};
}
inline Jet operator-(const Jet& a, const Jet& b) {
  return a + -1.0 * b;
}
inline Jet operator*(const Jet& a, const Jet& b) {
  return {a.value * b.value, a.first * b.value + a.value * b.first,
          a.second * b.value + 2 * a.first * b.first + a.value * b.second};
}
/// f(u) from f and its derivatives by u.
inline Jet compose(const Jet& f, const Jet& u) {
  return {f.value, f.first * u.first, f.second * u.first * u.first + f.first * u.second};
}
inline Jet operator/(const Jet& a, const Jet& b) {
  const double x = b.value;
  return a * compose({1 / x, -1 / (x * x), 2 / (x * x * x)}, b);
}
inline Jet sqrt(const Jet& u) {
  const double root = std::sqrt(u.value);
  return compose({root, 0.5 / root, -0.25 / (root * u.value)}, u);
}
inline Jet exp(const Jet& u) {
  const double e = std::exp(u.value);
  return compose({e, e, e}, u);
}
inline Jet log1p(const Jet& u) {
  const double slope = 1 / (1 + u.value);
  return compose({std::log1p(u.value), slope, -slope * slope}, u);
}
inline Jet log(const Jet& u) {
  return compose({std::log(u.value), 1 / u.value, -1 / (u.value * u.value)}, u);
}
inline Jet expm1(const Jet& u) {
  const double e = std::exp(u.value);
  return compose({std::expm1(u.value), e, e}, u);
}
/// 1/cosh²: what is left of 1 − tanh² without its cancellation.
inline double sech_squared(double u) {
  const double q = std::exp(-2 * std::abs(u));
  return 4 * q / ((1 + q) * (1 + q));
}
inline Jet tanh(const Jet& u) {
  const double t = std::tanh(u.value), slope = sech_squared(u.value);
  return compose({t, slope, -2 * t * slope}, u);
}
/// ln cosh u.
inline Jet log_cosh(const Jet& u) {
  const double x = std::abs(u.value);
  return compose(
      {x + std::log1p(std::exp(-2 * x)) - std::log(2.0), std::tanh(u.value), sech_squared(u.value)},
      u);
}

}  // namespace nmc
