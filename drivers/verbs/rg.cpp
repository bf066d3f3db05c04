#include "drivers/verbs/rg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/rg/phases.hpp"
#include "drivers/rg/rg_report.hpp"

namespace nmc::drivers {
namespace {

std::vector<GivenOption> rg_values(const CommandLine& line) {
  require(line.positional.size() <= 1, "nmc rg takes one JOB, or --system.name=… alone");
  if (line.positional.empty()) return line.overrides;
  return merge(line.overrides, read_job_file(line.positional[0]).values);
}

System rg_system(const std::vector<GivenOption>& given) {
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

/// Those that are asked for, else around the system's own.
std::vector<double> phase_betas(const std::string& text, const std::vector<GivenOption>& values) {
  std::vector<double> betas;
  if (text.empty()) {
    constexpr int kSteps = 12;
    const double beta = rg_system(values).beta;
    for (int i = 0; i <= kSteps; ++i) betas.push_back(beta * (0.7 + 0.6 * i / kSteps));
    return betas;
  }
  betas = parse_reals("--betas", text);
  std::ranges::sort(betas);
  require(std::ranges::adjacent_find(betas) == betas.end(),
          fmt::format("--betas {}: one of them is there twice", text));
  return betas;
}

int print_phases(const CommandLine& line) {
  require(line.value("rule").empty(), "--rule is of blocking: with --phases nothing is blocked");
  const std::vector<GivenOption> values = rg_values(line);
  const rg::Request asked = rg_request(line);
  rg::PhaseRequest request{phase_betas(line.value("betas"), values), {}, asked.draws, asked.seed};
  for (const double beta : request.betas) {
    const GivenOption at{"system", "beta", fmt::format("{}", beta), "--betas"};
    std::vector<GivenOption> others;
    for (const GivenOption& value : values)
      if (value.section != "system" || (value.key != "beta" && value.key != "T"))
        others.push_back(value);
    request.systems.push_back(rg_system(merge({at}, others)));
  }
  const rg::Phases phases = rg::recognise_phases(request, Threads(Ranks().default_threads()));
  std::fputs((line.has("json") ? rg::phases_json(phases) : rg::phases_text(phases)).c_str(),
             stdout);
  return 0;
}

}  // namespace

int rg_verb(const Invocation& call) {
  if (call.line.has("phases")) return print_phases(call.line);
  require(call.line.value("betas").empty(), "--betas are of --phases");
  const System system = rg_system(rg_values(call.line));
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
