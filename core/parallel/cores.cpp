#include "core/parallel/cores.hpp"

#include <sched.h>

#include <bit>
#include <cstdlib>

namespace nmc {

CoreMask own_cores() {
  CoreMask mask{};
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    mask[0] = 1;  // a host that does not say: one core
    return mask;
  }
  for (unsigned core = 0; core < CPU_SETSIZE && core < 64 * mask.size(); ++core) {
    if (CPU_ISSET(core, &set)) mask[core / 64] |= std::uint64_t{1} << (core % 64);
  }
  return mask;
}

int count_cores(const CoreMask& cores) {
  int count = 0;
  for (const std::uint64_t word : cores) count += std::popcount(word);
  return count;
}

int asked_threads() {
  const char* text = std::getenv("OMP_NUM_THREADS");
  const int asked = text == nullptr ? 0 : std::atoi(text);
  return asked > 0 ? asked : 0;
}

}  // namespace nmc
