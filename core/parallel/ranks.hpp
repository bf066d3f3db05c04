#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A run of consecutive items (chains, chunks, parameters).
struct Range {
  Index first = 0;
  Index count = 0;
  [[nodiscard]] Index end() const { return first + count; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// Part `part` of `parts` of `items` items: contiguous, sizes differ by at most one, in order.
[[nodiscard]] Range share(Index items, Index parts, Index part);

/// First line of the name that the MPI library gives itself; "none" where built without MPI.
[[nodiscard]] std::string mpi_library();

/// The processes of a run: one without mpirun, or built without MPI. Owns MPI from construction to
/// destruction. All functions are called by the main thread; those that say "collective" by every
/// rank.
class Ranks {
 public:
  /// One process, MPI untouched.
  Ranks();
  /// Starts MPI (thread level FUNNELED), or joins what runs already.
  Ranks(int& argc, char**& argv);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_root() const { return rank_ == 0; }
  /// This rank's part of `items`.
  [[nodiscard]] Range share(Index items) const { return nmc::share(items, size_, rank_); }
  /// Threads per rank that fill the machine: OMP_NUM_THREADS if set, else the cores that the ranks
  /// of this host may use together, divided by their number. Collective.
  [[nodiscard]] int default_threads() const;

  /// The processes that name the same `part` (>= 0), in the same order, as ranks 0, 1, … of their
  /// own: what they do together concerns no other part. default_threads() stays that of all.
  /// Collective; so is the end of what it returns, among its ranks.
  [[nodiscard]] Ranks split(int part) const;

  void barrier() const;                            ///< collective
  [[nodiscard]] bool any(bool here) const;         ///< true if true on any rank; collective
  void broadcast(std::span<double> values) const;  ///< from rank 0; collective
  [[nodiscard]] std::string broadcast(std::string text) const;  ///< from rank 0; collective
  /// Texts of all ranks in rank order, on every rank. Collective.
  [[nodiscard]] std::vector<std::string> gather(const std::string& text) const;
  /// Rows of all ranks in rank order, on every rank; all have the same columns. Collective.
  [[nodiscard]] Batch gather_rows(const Batch& local) const;
  /// Numbers of all ranks in rank order, on every rank. Collective.
  [[nodiscard]] Column gather(const Column& local) const;
  /// Sum over the numbers of all ranks in rank order: the same bits however the numbers are divided
  /// among the ranks. Collective.
  [[nodiscard]] double ordered_sum(const Column& local) const;

  /// Part p of `send` (length counts[p] numbers each) goes to rank p; returns what came, in rank
  /// order. `receive_counts` as agreed. Collective.
  void exchange(std::span<const double> send, std::span<const int> send_counts,
                std::span<double> receive, std::span<const int> receive_counts) const;
  /// Slices of all ranks, of counts[p] numbers, into `all`. Collective.
  void gather_slices(std::span<const double> slice, std::span<double> all,
                     std::span<const int> counts) const;

  /// The end of a failed run, called by each rank that failed, never of a part. The lowest failing
  /// rank prints `message` on standard error, once. If all ranks have failed, returns `code` for
  /// main to return; otherwise ends all processes with it, since the others may be waiting in a
  /// collective.
  [[nodiscard]] int fail(const std::string& message, int code) const;

 private:
  friend class Bell;
  struct Communicator;
  explicit Ranks(std::unique_ptr<const Communicator> communicator, int threads);

  std::unique_ptr<const Communicator> communicator_;  ///< none: that of all
  int rank_ = 0;
  int size_ = 1;
  int threads_ = 0;  ///< of a part: default_threads()
  bool owns_mpi_ = false;
};

}  // namespace nmc
