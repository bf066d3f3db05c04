#include "core/simd/functions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

namespace {

template <class T>
using Map = void (*)(std::span<const T>, std::span<T>);

/// Largest error in units of the last place of the exact value, beyond an absolute floor.
template <class T, class Reference>
double max_ulp(Map<T> map, Reference reference, double low, double high, double floor = 0) {
  std::vector<T> x;
  const int n = 20011;
  for (int i = 0; i < n; ++i) x.push_back(static_cast<T>(low + (high - low) * i / (n - 1)));
  std::vector<T> y(x.size());
  map(x, y);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double exact = reference(static_cast<long double>(x[i]));
    const T rounded = static_cast<T>(std::fabs(exact));
    const double ulp = std::nextafter(rounded, std::numeric_limits<T>::infinity()) - rounded;
    const double error = static_cast<double>(std::fabs(y[i] - exact));
    if (error > floor) worst = std::max(worst, (error - floor) / ulp);
  }
  return worst;
}

long double log_cosh(long double x) {
  return std::fabs(x) + std::log1p(std::exp(-2 * std::fabs(x))) - std::log(2.0L);
}
long double softplus(long double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
long double sigmoid(long double x) {
  return 1 / (1 + std::exp(-x));
}
long double elu(long double x) {
  return x > 0 ? x : std::expm1(x);
}

TEST(SimdFunctions, DoubleErrorsStayWithinTheStatedUlps) {
  namespace s = nmc::simd;
  EXPECT_LE(max_ulp<double>(
                s::exp, [](long double x) { return std::exp(x); }, -700, 700),
            2);
  EXPECT_LE(max_ulp<double>(
                s::log, [](long double x) { return std::log(x); }, 1e-3, 50),
            2);
  EXPECT_LE(max_ulp<double>(
                s::tanh, [](long double x) { return std::tanh(x); }, -30, 30),
            4);
  EXPECT_LE(max_ulp<double>(s::softplus, softplus, -30, 30), 4);
  EXPECT_LE(max_ulp<double>(s::sigmoid, sigmoid, -700, 40), 4);
  EXPECT_LE(max_ulp<double>(s::log_cosh, log_cosh, -40, 40, 1.2e-16), 4);
  EXPECT_LE(max_ulp<double>(s::elu, elu, -40, 40, 2.3e-16), 2);
}

TEST(SimdFunctions, FloatErrorsStayWithinTheStatedUlps) {
  namespace s = nmc::simd;
  EXPECT_LE(max_ulp<float>(
                s::exp, [](long double x) { return std::exp(x); }, -80, 80),
            2);
  EXPECT_LE(max_ulp<float>(
                s::log, [](long double x) { return std::log(x); }, 1e-3, 50),
            2);
  EXPECT_LE(max_ulp<float>(
                s::tanh, [](long double x) { return std::tanh(x); }, -10, 10),
            4);
  EXPECT_LE(max_ulp<float>(s::softplus, softplus, -20, 20), 4);
  EXPECT_LE(max_ulp<float>(s::sigmoid, sigmoid, -80, 20), 4);
  EXPECT_LE(max_ulp<float>(s::log_cosh, log_cosh, -40, 40, 6e-8), 4);
  EXPECT_LE(max_ulp<float>(s::elu, elu, -40, 40, 1.8e-7), 2);
}

TEST(SimdFunctions, ResultDoesNotDependOnPositionOrLength) {
  std::vector<double> x(37), whole(37), one(1);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.37 * static_cast<double>(i) - 5;
  nmc::simd::log_cosh(x, whole);
  for (std::size_t i = 0; i < x.size(); ++i) {
    nmc::simd::log_cosh(std::span(x).subspan(i, 1), one);
    EXPECT_EQ(one[0], whole[i]);
  }
}

TEST(SimdFunctions, NanComesThrough) {
  const std::vector<double> x(3, std::nan(""));
  std::vector<double> y(3), t(3);
  for (auto map :
       {static_cast<Map<double>>(nmc::simd::exp), static_cast<Map<double>>(nmc::simd::log),
        static_cast<Map<double>>(nmc::simd::tanh), static_cast<Map<double>>(nmc::simd::elu),
        static_cast<Map<double>>(nmc::simd::softplus), static_cast<Map<double>>(nmc::simd::sigmoid),
        static_cast<Map<double>>(nmc::simd::log_cosh)}) {
    map(x, y);
    EXPECT_TRUE(std::isnan(y[1]));
  }
  nmc::simd::log_cosh_tanh(x, y, t);
  EXPECT_TRUE(std::isnan(y[2]) && std::isnan(t[2]));
}

TEST(SimdFunctions, LogCoshTanhEqualsItsParts) {
  std::vector<double> x(101), y(101), t(101), reference(101);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.31 * static_cast<double>(i) - 15;
  nmc::simd::log_cosh_tanh(x, y, t);
  nmc::simd::log_cosh(x, reference);
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(y[i], reference[i]);
    EXPECT_NEAR(t[i], std::tanh(x[i]), 4.5e-16);
  }
}

}  // namespace
