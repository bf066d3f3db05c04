#pragma once

#include "core/batch.hpp"

namespace nmc {

/// What the rows of a batch, or the columns of a result, are: chains one after the other, each with
/// one row on every rung of its ladder, the hottest first. Where there is no ladder a chain has one
/// rung, or the two replicas of a sampler that moves pairs. Chains 2k and 2k + 1 are pair k where
/// pairs of chains are measured.
class ChainRows {
 public:
  ChainRows(Index chains, Index rungs) : chains_(chains), rungs_(rungs) {}
  /// Those of so many rows, a multiple of rungs.
  [[nodiscard]] static ChainRows among(Index rows, Index rungs) { return {rows / rungs, rungs}; }

  [[nodiscard]] Index chains() const { return chains_; }
  [[nodiscard]] Index rungs() const { return rungs_; }
  [[nodiscard]] Index pairs() const { return chains_ / 2; }
  [[nodiscard]] Index rows() const { return chains_ * rungs_; }

  [[nodiscard]] Index row(Index chain, Index rung) const { return chain * rungs_ + rung; }
  [[nodiscard]] Index chain_of(Index row) const { return row / rungs_; }
  [[nodiscard]] Index rung_of(Index row) const { return row % rungs_; }

  /// The rows of one rung, a row per chain, as an index of Eigen.
  [[nodiscard]] auto of_rung(Index rung) const { return Eigen::seqN(rung, chains_, rungs_); }
  /// The rows of one chain, a row per rung.
  [[nodiscard]] auto of_chain(Index chain) const { return Eigen::seqN(row(chain, 0), rungs_); }
  /// The rows of the first chain of a pair.
  [[nodiscard]] auto of_pair(Index pair) const { return of_chain(2 * pair); }

  [[nodiscard]] bool is_first_of_pair(Index row) const { return chain_of(row) % 2 == 0; }
  /// The same rung of the other chain of its pair.
  [[nodiscard]] Index partner(Index row) const {
    return is_first_of_pair(row) ? row + rungs_ : row - rungs_;
  }

 private:
  Index chains_, rungs_;
};

}  // namespace nmc
