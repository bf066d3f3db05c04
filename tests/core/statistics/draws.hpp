#pragma once

#include <random>

#include "core/statistics/chains.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {

/// Independent standard normals by inversion, (draws, chains): the same on every machine.
inline Chains normal_draws(Index draws, Index chains, unsigned seed) {
  std::mt19937_64 bits(seed);
  Chains x(draws, chains);
  for (Index i = 0; i < x.size(); ++i) {
    x.data()[i] = normal_quantile((static_cast<double>(bits() >> 11) + 0.5) / 0x1p53);
  }
  return x;
}

}  // namespace nmc::statistics
