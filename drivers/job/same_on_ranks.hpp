#pragma once

#include <span>
#include <string>

#include "core/parallel/ranks.hpp"
#include "drivers/job/job.hpp"

/// The ranks of one mpirun work on one job; `mpirun -n 1 nmc run a.ini : -n 1 nmc run b.ini` would
/// mix two, number by number.
namespace nmc::drivers {

/// Throws UserError on every rank where the lines of one differ from those of rank 0; the message
/// names the first that does. Collective.
void require_same_lines(const Ranks& ranks, const std::string& lines);

/// The same of every value of jobs, and of a line for how the verb was called. Collective.
void require_same_jobs(const Ranks& ranks, std::span<const Job> jobs, const std::string& call);

}  // namespace nmc::drivers
