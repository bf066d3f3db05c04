#include "core/statistics/energy_levels.hpp"

#include <algorithm>
#include <cmath>

namespace nmc::statistics {

EnergyLevels::EnergyLevels(const std::vector<Chains>& energy, double beta_step) {
  if (!find_exact(energy)) make_bins(energy, kWidth / beta_step);
}

bool EnergyLevels::find_exact(const std::vector<Chains>& energy) {
  std::vector<double> levels;
  for (const Chains& chains : energy)
    for (Index i = 0; i < chains.size(); ++i) {
      const auto [place, is_new] = exact_.try_emplace(chains.data()[i], std::ssize(levels));
      if (!is_new) continue;
      levels.push_back(place->first);
      if (levels.size() <= kMostExact) continue;
      exact_.clear();
      return false;
    }
  energy_ = Eigen::Map<const Column>(levels.data(), std::ssize(levels));
  return true;
}

std::int64_t EnergyLevels::bin(double energy) const {
  return static_cast<std::int64_t>(std::floor((energy - lowest_) / width_));
}

void EnergyLevels::make_bins(const std::vector<Chains>& energy, double width) {
  width_ = width;
  lowest_ = energy.front().minCoeff();
  for (const Chains& chains : energy) lowest_ = std::min(lowest_, chains.minCoeff());
  std::vector<double> sum, count;
  for (const Chains& chains : energy)
    for (Index i = 0; i < chains.size(); ++i) {
      const auto [place, is_new] = bins_.try_emplace(bin(chains.data()[i]), std::ssize(sum));
      if (is_new) {
        sum.push_back(0);
        count.push_back(0);
      }
      const auto level = static_cast<std::size_t>(place->second);
      sum[level] += chains.data()[i];
      count[level] += 1;
    }
  energy_.resize(std::ssize(sum));
  for (std::size_t level = 0; level < sum.size(); ++level)
    energy_(static_cast<Index>(level)) = sum[level] / count[level];
}

Index EnergyLevels::of(double energy) const {
  return width_ > 0 ? bins_.at(bin(energy)) : exact_.at(energy);
}

}  // namespace nmc::statistics
