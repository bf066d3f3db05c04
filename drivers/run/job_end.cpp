#include "drivers/run/job_end.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace nmc::drivers {
namespace {

constexpr double kMargin = 60;          // seconds
constexpr double kShareOfMargin = 0.1;  // of what is left, at most

std::optional<double> number_of(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return std::nullopt;
  const std::string_view text(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && number > 0;
  return is_number ? std::optional(number) : std::nullopt;
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::optional<QueueEnd> queue_end() {
  if (const auto end = number_of("SLURM_JOB_END_TIME"))
    return QueueEnd{*end - seconds_since_1970(), "SLURM_JOB_END_TIME"};
  if (const auto seconds = number_of("PBS_WALLTIME")) return QueueEnd{*seconds, "PBS_WALLTIME"};
  return std::nullopt;
}

WallLimit wall_limit(const Options& run, std::chrono::steady_clock::time_point began) {
  const double asked = run.seconds("walltime");
  if (asked > 0) return {asked, ""};
  const std::optional<QueueEnd> end = queue_end();
  if (!end) return {};
  const double margin = std::min(kMargin, kShareOfMargin * std::max(end->seconds, 0.0));
  const double spent =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  // Where the end is past, clocks may differ: a start works for a second all the same.
  constexpr double least = 1;
  return {spent + std::max(end->seconds - margin, least),
          fmt::format("{}: this start stops with a checkpoint in {:.0f} s, {:.0f} s before the "
                      "batch job ends; run.walltime sets another limit",
                      end->variable, std::max(end->seconds - margin, 0.0), margin)};
}

}  // namespace nmc::drivers
