#include "physics/exact/big_count.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nmc {

namespace {

/// Twice the width of a limb; GNU and Clang both have it.
__extension__ using Wide = unsigned __int128;

}  // namespace

void BigCount::add(std::span<const std::uint64_t> limbs, std::uint64_t factor) {
  limbs_.resize(std::max(limbs_.size(), limbs.size()) + 1);
  Wide carry = 0;
  for (std::size_t k = 0; k < limbs_.size(); ++k) {
    // At most 2^64 − 1 + (2^64 − 1)² + carry < 2^128.
    carry += limbs_[k];
    if (k < limbs.size()) carry += static_cast<Wide>(factor) * limbs[k];
    limbs_[k] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
}

std::string BigCount::decimal() const {
  constexpr std::uint64_t group = 1'000'000'000'000'000'000;  // 18 digits at a time
  std::vector<std::uint64_t> rest = limbs_;
  std::string digits;
  do {
    Wide remainder = 0;
    for (std::size_t k = rest.size(); k-- > 0;) {
      remainder = remainder << 64 | rest[k];
      rest[k] = static_cast<std::uint64_t>(remainder / group);
      remainder %= group;
    }
    while (!rest.empty() && rest.back() == 0) rest.pop_back();
    const auto low = static_cast<std::uint64_t>(remainder);
    digits = (rest.empty() ? fmt::format("{}", low) : fmt::format("{:018}", low)) + digits;
  } while (!rest.empty());
  return digits;
}

}  // namespace nmc
