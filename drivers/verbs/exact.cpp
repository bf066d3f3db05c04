#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "core/parallel/cores.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/json_line.hpp"
#include "drivers/report/exact_values.hpp"
#include "drivers/verbs/exact_estimate.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

namespace {

/// CPU time that somebody who asks for exact values is ready to wait for.
constexpr double default_limit = 120;

ExactEffort read_effort(const CommandLine& line) {
  ExactEffort effort;
  const std::string limit = line.value("limit"), threads = line.value("threads");
  effort.cpu_seconds = limit.empty() ? default_limit : parse_duration("--limit", limit);
  const int asked = asked_threads();
  effort.threads = asked > 0 ? asked : count_cores(own_cores());
  if (!threads.empty()) {
    const auto count = parse_integer("--threads", threads);
    require(count >= 1 && count <= 4096,
            fmt::format("--threads is {}; it must be between 1 and 4096", count));
    effort.threads = static_cast<int>(count);
  }
  effort.density_of_states = line.has("dos");
  effort.moments = line.has("moments") ? Moments::all : Moments::cheap;
  return effort;
}

/// A number while a double holds it, else a string.
std::string json_count(const std::string& digits) {
  const bool is_number = std::stod(digits) <= 0x1p53;
  return is_number ? digits : "\"" + digits + "\"";
}

void print_json(const System& system, const Exact& exact) {
  JsonLine json;
  json.add("system", system.name).add("method", exact.method);
  for (const auto& [name, value] : named_values(exact)) json.add(name, value);
  if (!exact.ground_state_degeneracy.empty())
    json.add_raw("ground_state_degeneracy", json_count(exact.ground_state_degeneracy));
  if (!exact.left_out.empty()) json.add("left_out", exact.left_out);
  if (!exact.density_of_states.empty()) {
    std::string levels;
    for (const Level& level : exact.density_of_states)
      levels +=
          fmt::format("{}[{:.12g},\"{}\"]", levels.empty() ? "" : ",", level.energy, level.states);
    json.add_raw("density_of_states", "[" + levels + "]");
  }
  fmt::print("{}\n", json.text());
}

void print_table(const System& system, const Exact& exact) {
  fmt::print("{:<24} {}: {}\n{:<24} {}\n", "system", system.name, system.summary, "method",
             exact.method);
  for (const auto& [name, value] : named_values(exact)) fmt::print("{:<24} {:.15g}\n", name, value);
  if (!exact.ground_state_degeneracy.empty())
    fmt::print("{:<24} {}\n", "ground_state_degeneracy", exact.ground_state_degeneracy);
  if (!exact.left_out.empty())
    fmt::print("{:<24} {} more, with --moments\n", "left out", exact.left_out);
  if (exact.density_of_states.empty()) return;
  fmt::print("\n{:<24} {}\n", "energy", "states");
  for (const Level& level : exact.density_of_states)
    fmt::print("{:<24.12g} {}\n", level.energy, level.states);
}

}  // namespace

int exact_verb(const Invocation& call) {
  std::vector<GivenOption> given = call.line.overrides;
  if (!call.line.positional.empty())
    given = merge(given, read_job_file(call.line.positional[0]).values);
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  const System system = entry->make(options);
  const ExactEffort effort = read_effort(call.line);
  const ExactAnswer answer = system.exact(effort);
  // Of lnZ and the energy alone, and said to be an estimate.
  if (!answer.value && !effort.density_of_states && effort.moments != Moments::all)
    if (const auto estimate = exact_estimate(system)) {
      if (call.line.has("json"))
        print_estimate_json(system, *estimate);
      else
        print_estimate(system, *estimate, answer.reason);
      return 0;
    }
  require(answer.value.has_value(), fmt::format("{}: {}", system.summary, answer.reason));
  require(!effort.density_of_states || !answer.value->density_of_states.empty(),
          fmt::format("{}: {} gives no density of states", system.summary, answer.value->method));
  require(effort.moments != Moments::all || answer.value->left_out.empty(),
          fmt::format("{}: {} more than the limit of {:.3g} s leaves (nmc exact --limit SECONDS)",
                      system.summary, answer.value->left_out, effort.cpu_seconds));
  if (call.line.has("json"))
    print_json(system, *answer.value);
  else
    print_table(system, *answer.value);
  return 0;
}

}  // namespace nmc::drivers
