#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace nmc::archive {

using Sha256State = std::array<std::uint32_t, 8>;

/// Takes whole blocks of 64 bytes into a state (FIPS 180-4 section 6.2.2). Uses the SHA
/// instructions of x86 where the CPU has them, at 1.5 GB/s in place of 0.2.
void sha256_blocks(Sha256State& state, std::span<const std::byte> blocks);

/// The same in plain code, for other CPUs and as the reference.
void sha256_blocks_plain(Sha256State& state, std::span<const std::byte> blocks);

}  // namespace nmc::archive
