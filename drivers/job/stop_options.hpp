#pragma once

#include <string>
#include <vector>

#include "core/options/job_file.hpp"
#include "core/options/options.hpp"

namespace nmc::drivers {

/// The keys of [stop]: rhat, ess, and error.NAME as given.
[[nodiscard]] Options resolve_stop(const std::vector<GivenOption>& given);

/// "error.energy".
[[nodiscard]] std::string stop_key(const std::string& observable);
/// The observables of keys error.NAME, in their order.
[[nodiscard]] std::vector<std::string> stop_error_names(const Options& stop);

}  // namespace nmc::drivers
