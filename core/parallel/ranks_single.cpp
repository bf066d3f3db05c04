#ifndef NMC_HAS_MPI

#include <algorithm>
#include <cstdio>

#include "core/parallel/cores.hpp"
#include "core/parallel/ranks.hpp"

/// The same class for a build without MPI: one rank, every collective is the identity.
namespace nmc {

std::string mpi_library() {
  return "none";
}

struct Ranks::Communicator {};

Ranks::Ranks() = default;
Ranks::Ranks(int& /*argc*/, char**& /*argv*/) {}
Ranks::~Ranks() = default;

Ranks Ranks::split(int /*part*/) const {
  return {};
}

int Ranks::default_threads() const {
  const int asked = asked_threads();
  return asked > 0 ? asked : std::max(1, count_cores(own_cores()));
}

void Ranks::barrier() const {}
bool Ranks::any(bool here) const {
  return here;
}
void Ranks::broadcast(std::span<double> /*values*/) const {}
std::string Ranks::broadcast(std::string text) const {
  return text;
}
Column Ranks::gather(const Column& local) const {
  return local;
}

void Ranks::exchange(std::span<const double> send, std::span<const int> /*send_counts*/,
                     std::span<double> receive, std::span<const int> /*receive_counts*/) const {
  std::copy(send.begin(), send.end(), receive.begin());
}

void Ranks::gather_slices(std::span<const double> slice, std::span<double> all,
                          std::span<const int> /*counts*/) const {
  std::copy(slice.begin(), slice.end(), all.begin());
}

int Ranks::fail(const std::string& message, int code) const {
  std::fprintf(stderr, "%s\n", message.c_str());
  return code;
}

}  // namespace nmc

#endif
