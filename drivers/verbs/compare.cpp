#include "drivers/verbs/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/compare/contest.hpp"
#include "drivers/compare/rivals.hpp"
#include "drivers/figures/write.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/run/estimate.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/run/run_job.hpp"
#include "drivers/run/status_files.hpp"

namespace nmc::drivers {
namespace {

constexpr Phases kAll{.train = true, .sample = true, .must_train = false};

bool has_result(const Job& job) {
  return std::filesystem::exists(job.directory() / "result.h5");
}

void carry_out(const Job& job, const Launch& launch) {
  require_same_jobs(launch.ranks, {&job, 1}, "compare");
  Plan plan = prepare_job(job, launch);
  run_job(job, plan, launch);
}

double cpu_of_job(const Job& job, const Ranks& ranks) {
  std::array<double, 1> seconds{0};
  on_root(ranks, [&] {
    const RunFile run = read_run(job.directory());
    seconds[0] = run.time_of("train").cpu_seconds + run.time_of("sample").cpu_seconds;
  });
  ranks.broadcast(seconds);
  return seconds[0];
}

Job resolve_rival(const JobSource& source, const Job& job, const Rival& rival, Index draws) {
  return resolve_job(rival_job(source, job, rival, draws), {false, true});
}

// Draws of an earlier start of the rival, or as many as the time allows.
Index draws_for(const JobSource& source, const Job& job, const Rival& rival, double seconds,
                const Ranks& ranks) {
  constexpr Index kProbe = 1000, kLeast = 64;
  const Job probe = resolve_rival(source, job, rival, kProbe);
  std::array<double, 1> draws{0};
  on_root(ranks, [&] {
    const std::filesystem::path before = probe.directory() / "resolved.ini";
    if (std::filesystem::exists(before)) {
      const JobFile file = read_job_file(before.string());
      const auto given = std::ranges::find_if(file.values, [](const GivenOption& option) {
        return option.section == "run" && option.key == "draws";
      });
      if (given != file.values.end()) draws[0] = std::stod(given->value);
      return;
    }
    const Ranks alone;
    Plan plan = make_plan(probe, kAll, alone, false);
    draws[0] = std::max<double>(kLeast, seconds / estimate_sampling(plan, 0.5).seconds * kProbe);
  });
  ranks.broadcast(draws);
  return static_cast<Index>(draws[0]);
}

Contender read_contender(const std::string& name, const Job& job) {
  return {name, make_report(read_run(job.directory()))};
}

double budget_of(const CommandLine& line) {
  const std::string text = line.value("budget");
  if (text.empty()) return 1;
  const double budget = parse_real("--budget", text);
  require(budget > 0,
          fmt::format("--budget {}: it must be above 0, in CPU times of the job", text));
  return budget;
}

}  // namespace

int compare_verb(const Invocation& call) {
  const JobSource source = read_job(call.line);
  require(!has_sweep(source.given),
          "nmc compare takes one job, and this one has a [sweep]: take the sweep out, and set its "
          "keys with --section.key=value");
  const double budget = budget_of(call.line);
  const std::string figure = call.line.value("output");
  if (!figure.empty()) figures::require_writable_format(figure);
  const Job job = resolve_job(source, {false, true});
  const catalog::SystemEntry* entry = nullptr;
  const System system =
      catalog::make_system(*job.system_entry, resolve_system(source.given, entry));
  std::vector<Rival> rivals =
      call.line.value("with").empty() ? rivals_of(system) : parse_rivals(call.line.value("with"));
  std::erase_if(rivals, [&](const Rival& rival) {
    return rival.keys.empty() && rival.name == job.sampler.text("name");
  });
  require(!rivals.empty(),
          "nmc compare knows no rival of this sampler: name one, --with metropolis");
  // What is wrong with a rival is said before the job runs.
  for (const Rival& rival : rivals) (void)resolve_rival(source, job, rival, 1);
  const Launch launch{call.ranks, call.command, kAll};
  std::vector<Job> jobs;
  if (!has_result(job)) carry_out(job, launch);
  const double seconds = budget * cpu_of_job(job, call.ranks);
  for (const Rival& rival : rivals) {
    const Index draws = draws_for(source, job, rival, seconds, call.ranks);
    jobs.push_back(resolve_rival(source, job, rival, draws));
    if (has_result(jobs.back())) continue;
    if (call.ranks.is_root())
      fmt::print(stderr, "{}: {} draws in about {:.2g} CPU s\n", rival.words(), draws, seconds);
    carry_out(jobs.back(), launch);
  }
  bool is_refused = false;
  on_root(call.ranks, [&] {
    std::vector<Contender> contenders{read_contender(job.sampler.text("name"), job)};
    for (std::size_t i = 0; i < rivals.size(); ++i)
      contenders.push_back(read_contender(rivals[i].words(), jobs[i]));
    const Verdict verdict = judge_contest(contenders);
    const std::string text = call.line.has("json") ? contest_json(contenders, verdict)
                                                   : contest_text(contenders, verdict);
    std::fputs(text.c_str(), stdout);
    if (!figure.empty()) figures::write_figure(contest_figure(contenders, verdict), figure);
    is_refused = verdict.is_refused;
  });
  return call.ranks.any(is_refused) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
