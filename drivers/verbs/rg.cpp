#include "drivers/verbs/rg.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/rg/rg_report.hpp"

namespace nmc::drivers {
namespace {

System rg_system(const CommandLine& line) {
  require(line.positional.size() <= 1, "nmc rg takes one JOB, or --system.name=… alone");
  std::vector<GivenOption> given = line.overrides;
  if (!line.positional.empty()) given = merge(given, read_job_file(line.positional[0]).values);
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  System system = catalog::make_system(*entry, options);
  require(system.spins != nullptr,
          fmt::format("nmc rg blocks Ising spins; {} has none. Use --system.name=ising, or, of a "
                      "network of a field, nmc latent",
                      system.name));
  return system;
}

rg::Request rg_request(const CommandLine& line) {
  rg::Request request;
  const std::string rule = line.value("rule"), draws = line.value("draws"),
                    seed = line.value("seed");
  require(rule.empty() || rule == "majority" || rule == "decimation",
          fmt::format("--rule {}: it is majority or decimation", rule));
  if (rule == "decimation") request.rule = BlockRule::decimation;
  if (!draws.empty()) request.draws = parse_integer("--draws", draws);
  if (!seed.empty()) request.seed = static_cast<std::uint64_t>(parse_integer("--seed", seed));
  return request;
}

}  // namespace

int rg_verb(const Invocation& call) {
  const System system = rg_system(call.line);
  const rg::Request request = rg_request(call.line);
  const bool is_json = call.line.has("json");
  if (system.spins->graph().torus.size() == 1) {
    require(call.line.value("rule") != "majority" && call.line.value("draws").empty(),
            "a chain is decimated exactly, without draws: leave --draws and --rule=majority out");
    const auto steps = rg::decimate(system);
    std::fputs((is_json ? rg::chain_json(steps) : rg::chain_text(system, steps)).c_str(), stdout);
    return 0;
  }
  const rg::Report report = rg::make_report(system, request, Threads(Ranks().default_threads()));
  std::fputs((is_json ? rg::report_json(report) : rg::report_text(report)).c_str(), stdout);
  return 0;
}

}  // namespace nmc::drivers
