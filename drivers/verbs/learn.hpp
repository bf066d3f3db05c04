#pragma once

#include "drivers/job/job.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// A job with [learn], as nmc run and nmc train carry it out.
int learn(const Invocation& call, const JobSource& source);

/// DIR/learned.h5 where the directory holds one; else "".
[[nodiscard]] std::string learned_file_of(const std::filesystem::path& run);

}  // namespace nmc::drivers
