#pragma once

#include <vector>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// Whether the job learns a state from shots: it has a section [tomography].
[[nodiscard]] bool is_tomography(const std::vector<GivenOption>& given);

/// Such a job; its options of [tomography] are `train`, and it has a system where the state that is
/// known is its ground state. UserError for what is wrong with it, as of resolve_job().
[[nodiscard]] Job resolve_tomography(const JobSource& source);

}  // namespace nmc::drivers
