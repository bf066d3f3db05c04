#include "drivers/session/run_status.hpp"

#include <unistd.h>

#include <array>
#include <cmath>

#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/utc.hpp"

namespace nmc::drivers {
namespace {

struct Word {
  const char* name;
  std::string RunStatus::*at;
};
struct Number {
  const char* name;
  double RunStatus::*at;
};

// One table for writing and reading, in the order of the file.
constexpr std::array kWords{
    Word{"state", &RunStatus::state},     Word{"phase", &RunStatus::phase},
    Word{"task", &RunStatus::task},       Word{"unit", &RunStatus::unit},
    Word{"reason", &RunStatus::reason},   Word{"observable", &RunStatus::observable},
    Word{"started", &RunStatus::started}, Word{"checkpoint", &RunStatus::checkpoint},
    Word{"updated", &RunStatus::updated}, Word{"host", &RunStatus::host}};
constexpr std::array kNumbers{Number{"done", &RunStatus::done},
                              Number{"total", &RunStatus::total},
                              Number{"rate", &RunStatus::rate},
                              Number{"eta_seconds", &RunStatus::eta_seconds},
                              Number{"acceptance", &RunStatus::acceptance},
                              Number{"loss", &RunStatus::loss},
                              Number{"mean", &RunStatus::mean},
                              Number{"error", &RunStatus::error},
                              Number{"tau_int", &RunStatus::tau_int},
                              Number{"tau_int_error", &RunStatus::tau_int_error},
                              Number{"rhat", &RunStatus::rhat},
                              Number{"ess", &RunStatus::ess},
                              Number{"failed", &RunStatus::failed},
                              Number{"pid", &RunStatus::pid}};

void add_number(JsonLine& line, const char* name, double value) {
  const bool is_count = std::floor(value) == value && std::abs(value) < 1e15;
  if (is_count)
    line.add(name, static_cast<std::int64_t>(value));
  else
    line.add(name, value);
}

}  // namespace

JsonLine status_json(const RunStatus& status) {
  JsonLine line;
  for (const Word& word : kWords)
    if (!(status.*word.at).empty()) line.add(word.name, status.*word.at);
  for (const Number& number : kNumbers)
    if (!std::isnan(status.*number.at)) add_number(line, number.name, status.*number.at);
  return line.add("ranks", status.ranks).add("threads", status.threads);
}

void write_status(const std::string& path, RunStatus status) {
  status.updated = archive::utc_now();
  status.host = archive::host_name();
  status.pid = static_cast<double>(::getpid());
  archive::publish_text(path, status_json(status).text() + "\n");
}

RunStatus status_of(const archive::JsonMembers& members) {
  RunStatus status;
  for (const Word& word : kWords) status.*word.at = members.word(word.name);
  for (const Number& number : kNumbers)
    status.*number.at = members.number(number.name, RunStatus::kNone);
  status.ranks = members.count("ranks", 1);
  status.threads = members.count("threads", 1);
  return status;
}

std::optional<RunStatus> read_status(const std::string& path) {
  const auto members = archive::read_json_members(path);
  if (!members) return std::nullopt;
  return status_of(*members);
}

}  // namespace nmc::drivers
