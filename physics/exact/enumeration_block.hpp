#pragma once

#include <cstdint>
#include <vector>

#include "physics/exact/enumeration_sums.hpp"
#include "physics/exact/spin_polynomial.hpp"

namespace nmc {

/// All states of a system in blocks: the low spins run through all their states in a table that
/// stays in the cache, the high spins are fixed in each block. A set bit is a spin down. Every
/// energy is computed afresh, so that no rounding builds up. Where H(−s) = H(s) the last spin stays
/// up.
class EnumerationBlocks {
 public:
  /// `levels` with count > 0: states per level are counted as well.
  EnumerationBlocks(const SpinPolynomial& terms, double beta, const EnergyLevels& levels);

  [[nodiscard]] std::uint64_t count() const { return std::uint64_t{1} << free_high_; }
  /// Over the blocks begin … end − 1.
  [[nodiscard]] EnumerationSums sum(std::uint64_t begin, std::uint64_t end) const;

 private:
  struct SplitTerm {
    std::uint64_t low = 0, high = 0;
    double coupling = 0;
  };
  struct Workspace;

  void fill_energies(std::uint64_t high, Workspace& work) const;
  void add_pairs(std::uint64_t high, const Workspace& work, std::vector<long double>& pairs) const;
  void count_levels(const Workspace& work, std::vector<std::uint64_t>& states) const;

  Index sites_, low_, free_high_;
  double beta_, tie_;
  EnergyLevels levels_;
  std::vector<SplitTerm> linear_;  ///< at most one low spin and some high ones
  std::vector<SplitTerm> mixed_;   ///< two or three low spins and some high ones
  std::vector<double> inner_energy_, inner_magnetisation_;
};

}  // namespace nmc
