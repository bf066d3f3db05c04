#pragma once

#include <filesystem>

#include "drivers/plan/plan.hpp"

namespace nmc::drivers {

/// Bytes that the files of a run take.
struct DiskSize {
  double parts = 0, result = 0, checkpoints = 0;
  [[nodiscard]] double all() const { return parts + result + checkpoints; }
};
[[nodiscard]] DiskSize disk_size(const Job& job, const Plan& plan);

/// Most bytes of memory that a phase of the sampling takes in the process of rank 0, what the
/// program itself takes apart; `draws_between` come between two checkpoints.
struct MemorySize {
  double sampling = 0;  ///< with the draws since the last checkpoint
  double report = 0;    ///< what a column takes while its error bars are worked out
};
[[nodiscard]] MemorySize memory_size(const Plan& plan, double draws_between, int threads);

/// What the executable and its libraries take.
inline constexpr double kProgramBytes = 31e6;

/// Throws UserError where so many bytes do not fit on the disk of `directory`, of which the files
/// of an earlier start are part.
void require_free(std::filesystem::path directory, double bytes);
/// Throws UserError where the files of a job do not fit on the disk, or its draws and what is made
/// of them not into the memory that is free, with the keys that help.
void require_fits(const Job& job, const Plan& plan, int threads);

}  // namespace nmc::drivers
