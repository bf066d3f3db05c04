#pragma once

#include <string>

#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// A line "# sha256 SECTION.KEY SUM" for each file that the job reads, of the system, of what it
/// learns from, of its network, its sampler and the start of its annealing, for the end of
/// resolved.ini: a path does not say what lies at it. "" where there is none.
[[nodiscard]] std::string data_sums(const Job& job);

/// Whether the text of a resolved.ini has any.
[[nodiscard]] bool holds_data_sums(const std::string& resolved);

/// UserError where `resolved`, the text of a resolved.ini, has the sum of a file that holds other
/// bytes now.
void require_same_data(const std::string& resolved, const Job& job);

}  // namespace nmc::drivers
