#include "core/simd/circle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace nmc::simd {
namespace {

constexpr double pi = std::numbers::pi;

std::vector<double> angles() {
  std::vector<double> all{0.0, pi, -pi, pi / 2, 1e-300, -4.0, 2 * pi, 1e5, -3e9};
  for (int i = -5000; i <= 5000; ++i) all.push_back(0.00731 * i);
  return all;
}

TEST(CosSin, IsThatOfLongDoublesToFourUlpOfOne) {
  const std::vector<double> in = angles();
  std::vector<double> c(in.size()), s(in.size());
  cos_sin(in, c, s);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto x = static_cast<long double>(in[i]);
    EXPECT_LT(std::abs(c[i] - static_cast<double>(std::cos(x))), 9e-16) << in[i];
    EXPECT_LT(std::abs(s[i] - static_cast<double>(std::sin(x))), 9e-16) << in[i];
  }
}

TEST(CosSin, OfWhatIsNoAngleIsNaN) {
  const std::vector<double> in{std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()};
  std::vector<double> c(2), s(2);
  cos_sin(in, c, s);
  for (const double value : {c[0], c[1], s[0], s[1]}) EXPECT_TRUE(std::isnan(value));
}

TEST(CosSin, DoesNotDependOnThePlaceInTheArray) {
  const std::vector<double> in = angles();
  std::vector<double> c(in.size()), s(in.size());
  cos_sin(in, c, s);
  for (std::size_t i = 0; i < in.size(); i += 7) {
    double cosine = 0, sine = 0;
    cos_sin({&in[i], 1}, {&cosine, 1}, {&sine, 1});
    EXPECT_EQ(cosine, c[i]);
    EXPECT_EQ(sine, s[i]);
  }
}

TEST(Wrap, TakesWholeTurnsOffAndLeavesTheCircleAsItIs) {
  const std::vector<double> in = angles();
  std::vector<double> out = in;
  wrap(out);
  for (std::size_t i = 0; i < in.size(); ++i) {
    EXPECT_GT(out[i], -pi);
    EXPECT_LE(out[i], pi);
    if (in[i] > -pi && in[i] <= pi) {
      EXPECT_EQ(out[i], in[i]);
    }
    const double turns = std::round((in[i] - out[i]) / (2 * pi));
    EXPECT_NEAR(in[i] - out[i], 2 * pi * turns, 1e-15 * (1 + std::abs(in[i]))) << in[i];
  }
  EXPECT_EQ(out[2], pi);  // of −π
}

}  // namespace
}  // namespace nmc::simd
