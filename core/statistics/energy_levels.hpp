#pragma once

#include <unordered_map>
#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// Energies as levels, so that a million draws cost no more than their spectrum. Where there are
/// few different energies (couplings ±J) a level is one of them, exactly. Else it is a bin so
/// narrow that e^{−Δβ E} changes by kWidth across it, Δβ the largest step between neighbouring
/// temperatures, and stands at the mean of its draws: weights between neighbours are then off by
/// (kWidth)² / 24 relative, one part in a million.
class EnergyLevels {
 public:
  static constexpr double kWidth = 4e-3;
  static constexpr std::size_t kMostExact = 4096;

  EnergyLevels(const std::vector<Chains>& energy, double beta_step);
  [[nodiscard]] const Column& energy() const { return energy_; }
  [[nodiscard]] Index of(double energy) const;
  /// Whether every level is one energy.
  [[nodiscard]] bool is_exact() const { return width_ == 0; }

 private:
  [[nodiscard]] bool find_exact(const std::vector<Chains>& energy);
  void make_bins(const std::vector<Chains>& energy, double width);
  [[nodiscard]] std::int64_t bin(double energy) const;

  double lowest_ = 0, width_ = 0;
  std::unordered_map<double, Index> exact_;
  std::unordered_map<std::int64_t, Index> bins_;
  Column energy_;
};

}  // namespace nmc::statistics
