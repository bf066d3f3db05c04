#include "physics/renormalisation/blocking.hpp"

namespace nmc {

Batch block_spins(BlockRule rule, const Batch& s, Index L, const Streams& streams) {
  const Index half = L / 2;
  Batch blocks(s.rows(), half * half);
  Batch coins;
  if (rule == BlockRule::majority) {
    coins.resize(s.rows(), half * half);
    fill_uniform(streams, coins);
  }
  for (Index y = 0; y < half; ++y)
    for (Index x = 0; x < half; ++x) {
      const Index block = x + half * y, corner = 2 * x + L * 2 * y;
      if (rule == BlockRule::decimation) {
        blocks.col(block) = s.col(corner);
        continue;
      }
      // A coin of ±½ decides where the four cancel, and nowhere else.
      const Column sum = s.col(corner) + s.col(corner + 1) + s.col(corner + L) +
                         s.col(corner + L + 1) + (coins.col(block) - 0.5);
      blocks.col(block) = (sum > 0).select(Column::Ones(s.rows()), -1.0);
    }
  return blocks;
}

}  // namespace nmc
