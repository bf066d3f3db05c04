#pragma once

#include <mutex>
#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/parallel/workers.hpp"

namespace nmc {

/// Rows per chunk where sums over a batch enter the result (training): fixed, so that the grouping
/// of the sum does not depend on ranks or threads.
inline constexpr Index chunk_rows = 64;

/// Number of chunks of `rows` rows, the last one may be shorter.
[[nodiscard]] inline Index chunk_count(Index rows) {
  return (rows + chunk_rows - 1) / chunk_rows;
}

/// The sum over the chunks of all ranks of their contributions, taken as they come. It runs over a
/// binary tree of the global chunk numbers whose shape depends on their number alone, so that it
/// has the same bits for any number of ranks and threads. Two neighbours in the tree become one as
/// soon as both are there: with t threads at most t + log2(chunks) contributions are held at a
/// time. A rank sends the sums of the subtrees that it owns only.
class OrderedSum {
 public:
  /// `chunks` is the number of chunks of all ranks together; rank r owns ranks.share(chunks).
  /// `width` is the length of a contribution. What an earlier sum has given is lost, but for its
  /// memory, which is used again.
  void begin(const Workers& workers, Index chunks, Index width);
  /// Room for a contribution, all zero. Any thread may call this and add(), once for each chunk.
  [[nodiscard]] std::vector<double> zeros();
  /// What owned chunk number `chunk` contributes, counted from this rank's first.
  void add(Index chunk, std::vector<double> values);
  /// The sum, (width), the same on every rank, in memory of this object until the next begin(). To
  /// be called when all owned chunks are added. Collective.
  [[nodiscard]] std::span<double> finish();

 private:
  struct Node {
    Range tree;
    std::vector<double> sum;
  };
  void add_slices(Range node);
  void combine();

  Workers workers_;
  Index chunks_ = 0, width_ = 0;
  Range owned_;
  std::mutex mutex_;           ///< of what follows
  Index begun_ = 0;            ///< contributions that were asked for
  std::vector<Node> waiting_;  ///< subtrees that are added up, in any order
  std::vector<std::vector<double>> free_;
};

}  // namespace nmc
