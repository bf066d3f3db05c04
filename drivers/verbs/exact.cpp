#include <fmt/format.h>

#include <cstdio>

#include "core/options/job_file.hpp"
#include "drivers/job/job.hpp"
#include "drivers/json_line.hpp"
#include "drivers/report/exact_values.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
int exact_verb(const Invocation& call) {
  std::vector<GivenOption> given = call.line.overrides;
  if (!call.line.positional.empty())
    given = merge(given, read_job_file(call.line.positional[0]).values);
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  const catalog::System system = entry->make(options);
  const ExactAnswer answer = system.exact({});
  require(answer.value.has_value(), fmt::format("{}: {}", system.summary, answer.reason));

  if (call.line.has("json")) {
    JsonLine json;
    json.add("system", system.name).add("method", answer.value->method);
    for (const auto& [name, value] : named_values(*answer.value)) json.add(name, value);
    fmt::print("{}\n", json.text());
    return 0;
  }
  fmt::print("{:<20} {}: {}\n{:<20} {}\n", "system", system.name, system.summary, "method",
             answer.value->method);
  for (const auto& [name, value] : named_values(*answer.value))
    fmt::print("{:<20} {:.15g}\n", name, value);
  return 0;
}

}  // namespace nmc::drivers
