#pragma once

#include <optional>
#include <string>

/// What Slurm's own commands say of the job that this program is part of. Slurm before 23.02 tells
/// a job nothing of its end in the environment.
namespace nmc::drivers {

/// Seconds that are left to the job of SLURM_JOB_ID as `squeue` says it, infinity where it has no
/// limit; nothing where there is no such job, no squeue, or no answer within five seconds.
[[nodiscard]] std::optional<double> slurm_seconds_left();

/// Slurm's spelling of a time, [days-][hours:]minutes:seconds; infinity of UNLIMITED. Nothing of
/// what is none.
[[nodiscard]] std::optional<double> slurm_seconds(const std::string& text);

}  // namespace nmc::drivers
