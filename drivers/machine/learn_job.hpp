#pragma once

#include <vector>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// Whether the job trains a Boltzmann machine: it has a section [learn].
[[nodiscard]] bool is_learning(const std::vector<GivenOption>& given);

/// Such a job; its options of [learn] are `train`, and it has no system. UserError for what is
/// wrong with it, as of resolve_job().
[[nodiscard]] Job resolve_learning(const JobSource& source);

}  // namespace nmc::drivers
