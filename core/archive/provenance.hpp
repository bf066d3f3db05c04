#pragma once

#include <string>
#include <vector>

#include "core/archive/build_info.hpp"
#include "core/archive/file.hpp"

namespace nmc::archive {

/// Wall and CPU seconds of one phase ("train", "sample"), CPU time summed over ranks and threads.
struct PhaseTime {
  std::string name;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::string started{}, ended{};  ///< first start and last end, ISO 8601 in UTC; may be empty
};

/// Where a file comes from: everything that is needed to make it again.
struct Provenance {
  BuildInfo build = build_info();
  std::string mpi_library;  ///< as the MPI library names itself; "none" without MPI
  std::string host;
  int ranks = 1;
  int threads = 1;
  std::string command_line;
  std::string resolved_job;  ///< text of resolved.ini
  std::int64_t seed = 0;
  std::string generator = "Philox4x32-10";
  std::string weights_sha256;  ///< of the network's parameters; empty without a network
  std::vector<PhaseTime> phases;
};

/// Name of this machine.
[[nodiscard]] std::string host_name();

/// Marks a group as ArviZ marks its own: created_at, inference_library and its version.
void stamp(File& file, const std::string& group, const std::string& created_at);

/// Writes the group /provenance: one attribute per entry and the date, groups `libraries` and
/// `phases`.
void write_provenance(File& file, const Provenance& provenance);
[[nodiscard]] Provenance read_provenance(const File& file);

}  // namespace nmc::archive
