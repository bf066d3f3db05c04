#ifdef NMC_HAS_MPI

#include <mpi.h>
#include <sched.h>

#include <bit>
#include <cassert>
#include <cstdlib>
#include <numeric>
#include <string_view>
#include <vector>

#include "core/errors.hpp"
#include "core/parallel/communicator_mpi.hpp"
#include "core/parallel/cores.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc {
namespace {

std::vector<int> offsets(std::span<const int> counts) {
  std::vector<int> first(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), first.begin(), 0);
  return first;
}

/// Open MPI asks every network of the machine, for a quarter of a second, which one is the best,
/// also where all ranks share memory. Its launcher says whether they do; a choice by --mca stays.
void leave_networks_alone() {
  const char* const here = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  const char* const all = std::getenv("OMPI_COMM_WORLD_SIZE");
  if (here != nullptr && all != nullptr && std::string_view(here) == all)
    ::setenv("OMPI_MCA_pml", "ob1", 0);
}

}  // namespace

std::string mpi_library() {
  std::string name(MPI_MAX_LIBRARY_VERSION_STRING, '\0');
  int length = 0;
  MPI_Get_library_version(name.data(), &length);
  name.resize(static_cast<std::size_t>(length));
  return name.substr(0, name.find_first_of(",\n"));
}

Ranks::Ranks() = default;

Ranks::Ranks(int& argc, char**& argv) {
  int provided = 0, is_running = 0;
  MPI_Initialized(&is_running);
  owns_mpi_ = is_running == 0;
  if (owns_mpi_) leave_networks_alone();
  if (owns_mpi_)
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  else
    MPI_Query_thread(&provided);
  if (provided < MPI_THREAD_FUNNELED) {
    throw UserError("this MPI library cannot be used by a program with threads");
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

Ranks::Ranks(std::unique_ptr<const Communicator> communicator, int threads)
    : communicator_(std::move(communicator)), threads_(threads) {
  MPI_Comm_rank(communicator_->handle, &rank_);
  MPI_Comm_size(communicator_->handle, &size_);
}

Ranks::~Ranks() {
  if (owns_mpi_) MPI_Finalize();
}

Ranks Ranks::split(int part) const {
  if (size_ == 1) return {};
  MPI_Comm handle = MPI_COMM_NULL;
  MPI_Comm_split(Communicator::of(communicator_), part, rank_, &handle);
  return Ranks(std::make_unique<const Communicator>(handle), default_threads());
}

int Ranks::default_threads() const {
  if (threads_ > 0) return threads_;
  if (const int asked = asked_threads(); asked > 0) return asked;
  CoreMask cores = own_cores();
  int local_ranks = 1;
  if (size_ > 1) {
    MPI_Comm host = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host);
    MPI_Comm_size(host, &local_ranks);
    MPI_Allreduce(MPI_IN_PLACE, cores.data(), static_cast<int>(cores.size()), MPI_UINT64_T, MPI_BOR,
                  host);
    MPI_Comm_free(&host);
  }
  return std::max(1, count_cores(cores) / local_ranks);
}

void Ranks::barrier() const {
  if (size_ > 1) MPI_Barrier(Communicator::of(communicator_));
}

bool Ranks::any(bool here) const {
  int flag = here ? 1 : 0;
  if (size_ > 1)
    MPI_Allreduce(MPI_IN_PLACE, &flag, 1, MPI_INT, MPI_MAX, Communicator::of(communicator_));
  return flag != 0;
}

void Ranks::broadcast(std::span<double> values) const {
  if (size_ == 1) return;
  MPI_Bcast(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, 0,
            Communicator::of(communicator_));
}

std::string Ranks::broadcast(std::string text) const {
  if (size_ == 1) return text;
  auto length = static_cast<std::uint64_t>(text.size());
  MPI_Bcast(&length, 1, MPI_UINT64_T, 0, Communicator::of(communicator_));
  text.resize(length);
  MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, 0, Communicator::of(communicator_));
  return text;
}

Column Ranks::gather(const Column& local) const {
  if (size_ == 1) return local;
  const auto count = static_cast<int>(local.size());
  std::vector<int> counts(static_cast<std::size_t>(size_));
  MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, Communicator::of(communicator_));
  Column all(std::accumulate(counts.begin(), counts.end(), Index{0}));
  MPI_Allgatherv(local.data(), count, MPI_DOUBLE, all.data(), counts.data(), offsets(counts).data(),
                 MPI_DOUBLE, Communicator::of(communicator_));
  return all;
}

void Ranks::exchange(std::span<const double> send, std::span<const int> send_counts,
                     std::span<double> receive, std::span<const int> receive_counts) const {
  MPI_Alltoallv(send.data(), send_counts.data(), offsets(send_counts).data(), MPI_DOUBLE,
                receive.data(), receive_counts.data(), offsets(receive_counts).data(), MPI_DOUBLE,
                Communicator::of(communicator_));
}

void Ranks::gather_slices(std::span<const double> slice, std::span<double> all,
                          std::span<const int> counts) const {
  MPI_Allgatherv(slice.data(), static_cast<int>(slice.size()), MPI_DOUBLE, all.data(),
                 counts.data(), offsets(counts).data(), MPI_DOUBLE,
                 Communicator::of(communicator_));
}

}  // namespace nmc

#endif
