#pragma once

#include <Eigen/Core>

#include "core/batch.hpp"

namespace nmc {

/// Deviations Ō of scores from their means, (rows, parameters), block of rows after block, so that
/// they need not be in memory all at once. Which rows make a block does not depend on how many are
/// held: sums over the blocks in their order are the same bit for bit.
class ScoreBlocks {
 public:
  virtual ~ScoreBlocks() = default;
  [[nodiscard]] virtual Index blocks() const = 0;
  [[nodiscard]] virtual Index rows() const = 0;
  [[nodiscard]] virtual Index parameters() const = 0;
  /// Rows of all blocks before this one; of blocks() all rows.
  [[nodiscard]] virtual Index first_row(Index block) const = 0;
  /// How many are held at a time, from 1 to blocks(); of which those stay that were asked for last.
  [[nodiscard]] virtual Index held() const = 0;
  /// (rows of it, parameters); there until held() other ones were asked for.
  [[nodiscard]] virtual const Eigen::MatrixXd& block(Index k) = 0;
};

}  // namespace nmc
