#include "drivers/run/sampled_columns.hpp"

namespace nmc::drivers {

Batch pair_columns(const Batch& rows, Index rungs) {
  Batch pairs(rows.rows(), rows.cols() / 2);
  for (Index first = 0; first < rows.cols(); first += 2 * rungs)
    pairs.middleCols(first / 2, rungs) = rows.middleCols(first, rungs);
  return pairs;
}

Batch rung_columns(const Batch& rows, Index rung, Index rungs) {
  return rows(Eigen::all, Eigen::seqN(rung, rows.cols() / rungs, rungs));
}

}  // namespace nmc::drivers
