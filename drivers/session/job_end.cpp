#include "drivers/session/job_end.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "drivers/session/slurm_job.hpp"

namespace nmc::drivers {
namespace {

constexpr double kMargin = 60;          // seconds
constexpr double kShareOfMargin = 0.1;  // of what is left, at most

using Seconds = std::chrono::duration<double>;

std::string value_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

std::optional<double> seconds_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && number > 0;
  return is_number && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

double seconds_since_1970() {
  return Seconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Ten years are no limit, and no clock overflows with them.
JobEnd ends_in(double seconds, std::string source) {
  constexpr double kForever = 3e8;
  const auto left = std::chrono::duration_cast<JobEnd::Clock::duration>(
      Seconds(std::clamp(seconds, -kForever, kForever)));
  return {JobEnd::Clock::now() + left, std::move(source), ""};
}

JobEnd unreadable(const char* variable, const std::string& value) {
  constexpr std::size_t kShown = 40;
  return {{},
          variable,
          fmt::format("warning: {} is \"{}\", which is no number of seconds: the end of the batch "
                      "job is not known; where it has a limit, set run.walltime below it",
                      variable, value.substr(0, kShown))};
}

JobEnd asked_of_slurm() {
  const auto left = slurm_seconds_left();
  if (!left)
    return {{},
            "squeue",
            "warning: this is a job of Slurm, and squeue does not say when it ends; where it has a "
            "limit, set run.walltime below it"};
  return std::isinf(*left) ? JobEnd{} : ends_in(*left, "squeue");
}

JobEnd here() {
  constexpr const char* slurm = "SLURM_JOB_END_TIME";
  constexpr const char* torque = "PBS_WALLTIME";
  if (const std::string value = value_of(slurm); !value.empty()) {
    const auto end = seconds_of(value);
    return end ? ends_in(*end - seconds_since_1970(), slurm) : unreadable(slurm, value);
  }
  if (const std::string value = value_of(torque); !value.empty()) {
    const auto seconds = seconds_of(value);
    return seconds ? ends_in(*seconds, torque) : unreadable(torque, value);
  }
  return value_of("SLURM_JOB_ID").empty() ? JobEnd{} : asked_of_slurm();
}

}  // namespace

JobEnd find_job_end(const Options& run, const Ranks& ranks) {
  if (run.seconds("walltime") > 0) return {};
  JobEnd end = ranks.is_root() ? here() : JobEnd{};
  std::array<double, 1> left{std::numeric_limits<double>::infinity()};
  if (end.at) left[0] = Seconds(*end.at - JobEnd::Clock::now()).count();
  ranks.broadcast(left);
  std::string source = ranks.broadcast(end.source);
  if (!std::isinf(left[0])) return ends_in(left[0], std::move(source));
  return {{}, std::move(source), ranks.broadcast(end.warning)};
}

WallLimit wall_limit(const Options& run, const JobEnd& end, JobEnd::Clock::time_point began) {
  const double asked = run.seconds("walltime");
  if (asked > 0) return {asked, ""};
  if (!end.at) return {0, end.warning};
  const double left = Seconds(*end.at - JobEnd::Clock::now()).count();
  const double margin = std::min(kMargin, kShareOfMargin * std::max(left, 0.0));
  const double spent = Seconds(JobEnd::Clock::now() - began).count();
  // Where the end is past, clocks may differ: a start works for a second all the same.
  constexpr double least = 1;
  return {spent + std::max(left - margin, least),
          fmt::format("{}: this start stops with a checkpoint in {:.0f} s, {:.0f} s before the "
                      "batch job ends; run.walltime sets another limit",
                      end.source, std::max(left - margin, 0.0), margin)};
}

}  // namespace nmc::drivers
