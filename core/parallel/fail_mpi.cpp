#ifdef NMC_HAS_MPI

#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "core/parallel/ranks.hpp"

namespace nmc {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int failure_tag = 32000;

/// Takes the notes of other failing ranks off the queue until all have come or `until` is over.
/// Returns whether each rank is known to have failed.
std::vector<bool> collect_failures(int rank, int size, Clock::time_point until) {
  std::vector<bool> has_failed(static_cast<std::size_t>(size), false);
  has_failed[static_cast<std::size_t>(rank)] = true;
  int known = 1;
  while (known < size && Clock::now() < until) {
    int waiting = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, failure_tag, MPI_COMM_WORLD, &waiting, &status);
    if (waiting == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    MPI_Recv(nullptr, 0, MPI_BYTE, status.MPI_SOURCE, failure_tag, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    has_failed[static_cast<std::size_t>(status.MPI_SOURCE)] = true;
    ++known;
  }
  return has_failed;
}

}  // namespace

int Ranks::fail(const std::string& message, int code) const {
  // Long enough for ranks that fail on the same input to hear of each other.
  constexpr auto patience = std::chrono::seconds(2);
  if (size_ == 1) {  // perhaps without MPI
    std::fprintf(stderr, "%s\n", message.c_str());
    return code;
  }
  std::vector<MPI_Request> requests;
  for (int other = 0; other < size_; ++other) {
    if (other == rank_) continue;
    MPI_Isend(nullptr, 0, MPI_BYTE, other, failure_tag, MPI_COMM_WORLD,
              &requests.emplace_back(MPI_REQUEST_NULL));
  }
  const std::vector<bool> has_failed = collect_failures(rank_, size_, Clock::now() + patience);
  int lowest = 0;
  while (!has_failed[static_cast<std::size_t>(lowest)]) ++lowest;
  if (rank_ == lowest) std::fprintf(stderr, "%s\n", message.c_str());
  std::fflush(stderr);
  bool all = true;
  for (const bool one : has_failed) all = all && one;
  if (!all) {
    if (rank_ != lowest) std::this_thread::sleep_for(patience);  // let the lowest rank print first
    MPI_Abort(MPI_COMM_WORLD, code);
  }
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  return code;
}

}  // namespace nmc

#endif
