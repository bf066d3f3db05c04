#include "core/statistics/estimate.hpp"

#include <cmath>

namespace nmc::statistics {

Estimate mean_of(const Column& draws) {
  return {draws.mean(), std::sqrt(sample_variance(draws) / static_cast<double>(draws.size()))};
}

}  // namespace nmc::statistics
