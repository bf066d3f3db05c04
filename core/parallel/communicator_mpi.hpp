#pragma once

#include <mpi.h>

#include <memory>

#include "core/parallel/ranks.hpp"

namespace nmc {

/// The communicator of a part of the processes.
struct Ranks::Communicator {
  explicit Communicator(MPI_Comm comm) : handle(comm) {}
  ~Communicator() {
    MPI_Comm free = handle;
    MPI_Comm_free(&free);
  }
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  MPI_Comm handle;

  /// Of ranks that have none of their own: that of all.
  static MPI_Comm of(const std::unique_ptr<const Communicator>& own) {
    return own ? own->handle : MPI_COMM_WORLD;
  }
};

}  // namespace nmc
