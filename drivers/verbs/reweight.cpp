#include "drivers/verbs/reweight.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/job.hpp"
#include "drivers/report/page_threads.hpp"
#include "drivers/reweight/reweight_report.hpp"
#include "drivers/session/progress.hpp"
#include "drivers/terminal.hpp"
#include "drivers/verbs/run_kind.hpp"

namespace nmc::drivers {
namespace {

/// What was asked for twice is shown once, where it was asked for first.
template <class Value>
std::vector<Value> once(std::vector<Value> values) {
  std::set<Value> seen;
  std::erase_if(values, [&](const Value& value) { return !seen.insert(value).second; });
  return values;
}

/// The numbers of `--beta 0.42,0.44` or `--beta 0.42:0.46:0.01`; of `--T` their inverses.
std::vector<double> asked_betas(const CommandLine& line) {
  const std::string beta = line.value("beta"), T = line.value("T");
  require(beta.empty() || T.empty(), "--beta and --T are both given; leave one of them out");
  std::vector<double> betas;
  const std::string flag = beta.empty() ? "--T" : "--beta";
  const std::string text = beta.empty() ? T : beta;
  if (text.empty()) return betas;
  for (const std::string& word : parse_sweep_values(text)) {
    const double number = parse_real(flag, word);
    require(flag == "--beta" || number > 0,
            fmt::format("--T is {:g}; a temperature is above 0", number));
    betas.push_back(flag == "--beta" ? number : 1 / number);
  }
  return once(std::move(betas));
}

CurveRequest read_request(const CommandLine& line) {
  CurveRequest request{asked_betas(line), {}, !line.value("T").empty(), {}};
  if (const std::string names = line.value("observable"); !names.empty())
    request.names = once(parse_list(names));
  return request;
}

std::vector<SampledSystem> sampled_in(const std::filesystem::path& run) {
  if (!holds_sweep(run)) {
    require(
        annealing_of(run).empty(),
        "an annealing has its numbers at every temperature already: nmc report " + run.string());
    std::vector<SampledSystem> one;
    one.push_back(sampled_system(run));
    return one;
  }
  const SweepReport sweep = read_sweep(run);
  std::vector<std::string> reasons;
  std::vector<SampledSystem> systems = sampled_systems(sweep, &reasons);
  require(!systems.empty() || !reasons.empty(),
          fmt::format("no task of {} is done: nmc status {}", run.string(), run.string()));
  require(!systems.empty(), reasons.empty() ? "" : reasons.front());
  for (const std::string& reason : reasons) systems.front().notes.push_back(reason);
  return systems;
}

/// Exact values make a place slow, and many may be asked for.
ReweightReport report_with_progress(const std::vector<WeightedCurves>& curves,
                                    CurveRequest request) {
  Progress progress(true, true);
  const auto start = std::chrono::steady_clock::now();
  request.progress = [&](double done, double total) {
    progress.show([&] {
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      return pace_line({"reweight", done, total, 0, seconds.count(), 1, "places/s"});
    });
  };
  return reweight_report(curves, request);
}

std::vector<WeightedCurves> curves_of(std::vector<SampledSystem> systems) {
  std::vector<WeightedCurves> curves;
  for (SampledSystem& system : systems) curves.emplace_back(std::move(system));
  return curves;
}

}  // namespace

int reweight_verb(const Invocation& call) {
  const CommandLine& line = call.line;
  const std::string output = line.value("output");
  require(
      line.positional.size() == 1,
      "nmc reweight takes one RUN, an output directory: nmc reweight RUN --beta 0.42:0.46:0.01");
  require(output.empty() || output.ends_with(".csv"),
          fmt::format("-o {}: a table ends with .csv (--json prints objects)", output));
  require(output.empty() || !line.has("json"),
          "-o and --json are two forms of one table: ask for one of them");
  CurveRequest request = read_request(line);
  const std::filesystem::path run(line.positional[0]);
  const std::string other = not_a_run(run, "reweight");
  require(other.empty(), other);
  const std::vector<WeightedCurves> curves = curves_of(sampled_in(run));
  const ReweightReport report = report_with_progress(curves, std::move(request));
  if (line.has("json")) {
    std::fputs(reweight_json(report).c_str(), stdout);
  } else {
    std::fputs(reweight_text(report, terminal_columns(STDOUT_FILENO)).c_str(), stdout);
    if (!output.empty()) {
      archive::publish_text(output, reweight_csv(report));
      fmt::print("{}\n", output);
    }
  }
  return has_refusal(report) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
