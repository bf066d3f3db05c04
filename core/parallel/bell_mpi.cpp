#ifdef NMC_HAS_MPI

#include <mpi.h>

#include <chrono>
#include <thread>
#include <vector>

#include "core/parallel/bell.hpp"
#include "core/parallel/communicator_mpi.hpp"

namespace nmc {

struct Bell::Messages {
  explicit Messages(MPI_Comm all) { MPI_Comm_dup(all, &comm); }
  MPI_Comm comm = MPI_COMM_NULL;  // of its own: its messages meet no others
  std::vector<MPI_Request> sent;
};

Bell::Bell(const Ranks& ranks) {
  if (ranks.size() > 1)
    messages_ = std::make_unique<Messages>(Ranks::Communicator::of(ranks.communicator_));
}

Bell::~Bell() = default;

void Bell::ring(Sound sound) {
  const auto tag = static_cast<std::size_t>(sound);
  if (rung_[tag]++ > 0) return;
  heard_[tag] += 1;
  if (!messages_) return;
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(messages_->comm, &rank);
  MPI_Comm_size(messages_->comm, &size);
  for (int other = 0; other < size; ++other)
    if (other != rank)
      MPI_Isend(nullptr, 0, MPI_BYTE, other, static_cast<int>(tag), messages_->comm,
                &messages_->sent.emplace_back(MPI_REQUEST_NULL));
}

void Bell::listen() {
  for (int waiting = 1; waiting != 0;) {
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, messages_->comm, &waiting, &status);
    if (waiting == 0) return;
    MPI_Recv(nullptr, 0, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, messages_->comm,
             MPI_STATUS_IGNORE);
    heard_[static_cast<std::size_t>(status.MPI_TAG)] += 1;
  }
}

int Bell::heard(Sound sound) {
  if (messages_) listen();
  return heard_[static_cast<std::size_t>(sound)];
}

void Bell::finish() {
  if (!messages_) return;
  // A rank that waits inside MPI takes a core from those that work.
  std::array<int, 2> all{};
  for (std::size_t i = 0; i < rung_.size(); ++i) all[i] = rung_[i] > 0 ? 1 : 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, all.data(), static_cast<int>(all.size()), MPI_INT, MPI_SUM,
                 messages_->comm, &request);
  for (int is_done = 0; is_done == 0;) {
    MPI_Test(&request, &is_done, MPI_STATUS_IGNORE);
    if (is_done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  while (heard_ != all) listen();
  MPI_Waitall(static_cast<int>(messages_->sent.size()), messages_->sent.data(),
              MPI_STATUSES_IGNORE);
  MPI_Comm_free(&messages_->comm);
  messages_.reset();
}

}  // namespace nmc

#endif
