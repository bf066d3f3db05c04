#pragma once

#include <cstdint>
#include <span>

namespace nmc::archive {

/// XXH64 with seed 0 (Y. Collet, xxHash fast digest algorithm, specification 0.1.1): several GB/s,
/// against damage and not against forgery.
[[nodiscard]] std::uint64_t xxhash64(std::span<const unsigned char> bytes);

}  // namespace nmc::archive
