#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace nmc {

/// A count of any size, in limbs of 64 bits, the lowest first.
class BigCount {
 public:
  /// Adds factor × Σ limb_k 2^(64 k).
  void add(std::span<const std::uint64_t> limbs, std::uint64_t factor);
  void add(const BigCount& other) { add(other.limbs_, 1); }
  [[nodiscard]] bool is_zero() const { return limbs_.empty(); }
  [[nodiscard]] std::string decimal() const;

 private:
  std::vector<std::uint64_t> limbs_;  ///< without leading zeros
};

}  // namespace nmc
