#pragma once

#include <string>
#include <vector>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// A job file: what was given as lines, and every other key as a comment with its default and what
/// it is. `remarks` head the file.
[[nodiscard]] std::string commented_job(const Job& job, const std::vector<std::string>& remarks);

}  // namespace nmc::drivers
