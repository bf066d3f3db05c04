#pragma once

#include <array>
#include <cstdint>

namespace nmc {

/// One bit per core of the host, up to 4096.
using CoreMask = std::array<std::uint64_t, 64>;

/// The cores that this process may run on.
[[nodiscard]] CoreMask own_cores();
[[nodiscard]] int count_cores(const CoreMask& cores);
/// OMP_NUM_THREADS where it is a positive number, else 0.
[[nodiscard]] int asked_threads();

}  // namespace nmc
