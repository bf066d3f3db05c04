#include "core/archive/utc.hpp"

#include <fmt/chrono.h>

namespace nmc::archive {

std::string utc_text(std::time_t time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time));
}

std::string utc_now() {
  return utc_text(std::time(nullptr));
}

std::time_t utc_time(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end != nullptr && *end == '\0' ? ::timegm(&parts) : std::time_t{-1};
}

}  // namespace nmc::archive
