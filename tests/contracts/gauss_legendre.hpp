#pragma once

#include <array>
#include <cmath>
#include <numbers>

namespace nmc::test {

/// Nodes and weights of Gauss-Legendre on (−1, 1), by Newton from the asymptotic roots.
template <int n>
struct GaussLegendre {
  std::array<double, n> x{}, w{};
  GaussLegendre() {
    for (int i = 0; i < n; ++i) {
      double root = std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 1;
      for (int newton = 0; newton < 100; ++newton) {
        double p = 1, before = 0;
        for (int k = 1; k <= n; ++k) {
          const double next = ((2 * k - 1) * root * p - (k - 1) * before) / k;
          before = p;
          p = next;
        }
        slope = n * (root * p - before) / (root * root - 1);
        root -= p / slope;
      }
      const auto place = static_cast<std::size_t>(i);
      x[place] = root;
      w[place] = 2 / ((1 - root * root) * slope * slope);
    }
  }
};

}  // namespace nmc::test
