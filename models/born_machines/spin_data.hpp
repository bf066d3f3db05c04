#pragma once

#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Configurations of spins by the places of a chain, equal ones once with their share.
struct SpinData {
  std::vector<std::vector<std::uint8_t>> up;  ///< of each place: 1 where the spin is up, (count)
  Column weight;                              ///< (count) adds up to 1

  [[nodiscard]] Index count() const { return weight.size(); }
  [[nodiscard]] Index places() const { return std::ssize(up); }
};

/// s (n, sites) of ±1, n >= 1, in the order of the sites; sorted, so that the order of the rows
/// does not matter.
[[nodiscard]] SpinData spin_data(const Batch& s, const std::vector<Index>& order);

}  // namespace nmc
