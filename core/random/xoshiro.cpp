#include "core/random/xoshiro.hpp"

#include "core/random/philox.hpp"

namespace nmc {

Xoshiro::State Xoshiro::seed(const Streams& streams, Index row, std::uint32_t stream) {
  State state{};
  for (std::uint32_t half = 0; half < 2; ++half) {
    const auto words = philox_block(streams, row, 2 * stream + half);
    for (std::size_t k = 0; k < 2; ++k)
      state[2 * half + k] = words[2 * k] | std::uint64_t{words[2 * k + 1]} << 32;
  }
  return state;
}

}  // namespace nmc
