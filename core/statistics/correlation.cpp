#include "core/statistics/correlation.hpp"

#include <cmath>

namespace nmc::statistics {

Estimate correlation_of(const Column& a, const Column& b) {
  const Column x = a - a.mean(), y = b - b.mean();
  const double scale = std::sqrt(x.square().mean() * y.square().mean());
  if (!(scale > 0)) return {};
  const double r = (x * y).mean() / scale;
  return {r, (1 - r * r) / std::sqrt(static_cast<double>(a.size()))};
}

}  // namespace nmc::statistics
