#pragma once

#include <filesystem>

#include "drivers/job/job.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// A job with [tomography], as nmc run and nmc train carry it out.
int learn_state(const Invocation& call, const JobSource& source);

/// DIR/tomography.h5 where the directory holds one; else "".
[[nodiscard]] std::string tomography_of(const std::filesystem::path& run);

}  // namespace nmc::drivers
