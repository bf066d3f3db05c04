#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "drivers/bench/benchmark.hpp"
#include "drivers/json_line.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

void print_measurement(const Measurement& m, bool is_json) {
  if (is_json) {
    JsonLine line;
    line.add("name", m.name).add("value", m.value).add("unit", m.unit);
    fmt::print("{}\n", line.add("cpu_seconds", m.cpu_seconds).add("threads", m.threads).text());
  } else {
    fmt::print("{:<34} {:>12.5g} {}\n", m.name, m.value, m.unit);
  }
  std::fflush(stdout);
}

void print_shapes(bool is_json) {
  if (!is_json) {
    fmt::print("{:<7}{:<12}", "", "chains");
    for (const Index chains : kShapeChains) fmt::print("{:>9}", chains);
    fmt::print("   flips/ns\n");
  }
  measure_shapes([is_json](const ShapeRow& row) {
    if (!is_json) fmt::print("{:<7}{:<12}", row.kind, row.size);
    for (const Measurement& m : row.cells)
      is_json ? print_measurement(m, true) : fmt::print("{:>9.3f}", m.value);
    if (!is_json) fmt::print("\n");
    std::fflush(stdout);
  });
}

}  // namespace

int bench_verb(const Invocation& call) {
  if (call.line.has("shapes")) {
    require(call.line.positional.empty(), "nmc bench --shapes takes no NAME");
    print_shapes(call.line.has("json"));
    return 0;
  }
  require(call.line.positional.size() <= 1, "nmc bench takes one NAME, or none for all");
  const std::string wanted = call.line.positional.empty() ? "" : call.line.positional[0];
  std::vector<std::string> names;
  bool is_found = false;
  for (const Benchmark& benchmark : benchmarks()) {
    names.push_back(benchmark.name);
    if (!benchmark.name.starts_with(wanted)) continue;
    is_found = true;
    for (const Measurement& m : benchmark.run()) print_measurement(m, call.line.has("json"));
  }
  require(is_found, fmt::format("unknown benchmark \"{}\"{} (one of {})", wanted,
                                did_you_mean(wanted, names), fmt::join(names, ", ")));
  return 0;
}

}  // namespace nmc::drivers
