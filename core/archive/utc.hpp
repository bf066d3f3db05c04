#pragma once

#include <ctime>
#include <string>

namespace nmc::archive {

/// "2026-11-28T06:31:07Z".
[[nodiscard]] std::string utc_text(std::time_t time);
[[nodiscard]] std::string utc_now();
/// The time of such a text; -1 where it is none.
[[nodiscard]] std::time_t utc_time(const std::string& text);

}  // namespace nmc::archive
