#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "physics/exact/enumeration_kernel.hpp"

namespace nmc {

/// Sums over many states with w = e^{−β (H − reference)}; reference is their lowest energy.
struct EnumerationSums {
  double reference = std::numeric_limits<double>::infinity();
  double tie = 0;  ///< energies this near count as equal
  long double weight = 0, first = 0, second = 0, abs_m = 0, m2 = 0, m4 = 0;
  std::uint64_t ground = 0;           ///< number of states at the reference
  std::vector<long double> pairs;     ///< Σ w s_i s_j, i < j
  std::vector<std::uint64_t> levels;  ///< states per energy level; empty unless asked for

  void add(const EnumerationSums& other, double beta);

 private:
  void lower(double beta, double shift);
};

}  // namespace nmc
