#include "drivers/plan/sampled_columns.hpp"

#include "core/chain_rows.hpp"

namespace nmc::drivers {

Batch pair_columns(const Batch& rows, Index rungs) {
  const ChainRows chains = ChainRows::among(rows.cols(), rungs);
  const ChainRows pairs(chains.pairs(), rungs);
  Batch firsts(rows.rows(), pairs.rows());
  for (Index pair = 0; pair < chains.pairs(); ++pair)
    firsts(Eigen::all, pairs.of_chain(pair)) = rows(Eigen::all, chains.of_pair(pair));
  return firsts;
}

Batch rung_columns(const Batch& rows, Index rung, Index rungs) {
  return rows(Eigen::all, ChainRows::among(rows.cols(), rungs).of_rung(rung));
}

}  // namespace nmc::drivers
