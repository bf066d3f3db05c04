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
#include "drivers/session/directory.hpp"
#include "drivers/session/status_files.hpp"

namespace nmc::drivers {
namespace {

constexpr Phases kAll{.train = true, .sample = true, .must_train = false};

// UserError where the result that is there is that of another job.
bool has_result(const Job& job) {
  if (!std::filesystem::exists(job.directory() / "result.h5")) return false;
  OutputDirectory(job.directory()).check(job, false);
  return true;
}

/// A job and what its rivals are made from.
struct Referee {
  const JobSource& source;
  const Job& job;
  const Launch& launch;

  [[nodiscard]] Job made(const Rival& rival, Index draws) const {
    return resolve_job(rival_job(source, job, rival, draws), {false, true});
  }
  void run(const Job& one) const {
    require_same_jobs(launch.ranks, {&one, 1}, "compare");
    Plan plan = prepare_job(one, launch);
    run_job(one, plan, launch);
  }
  /// Of the job, training included.
  [[nodiscard]] double cpu_seconds() const {
    std::array<double, 1> seconds{0};
    on_root(launch.ranks, [&] {
      const RunFile file = read_run(job.directory());
      seconds[0] = file.time_of("train").cpu_seconds + file.time_of("sample").cpu_seconds;
    });
    launch.ranks.broadcast(seconds);
    return seconds[0];
  }
  /// Of an earlier start of the rival, or as many as the time allows.
  [[nodiscard]] Index draws_in(double seconds, const Rival& rival) const {
    constexpr Index kProbe = 1000, kLeast = 64;
    const Job probe = made(rival, kProbe);
    std::array<double, 1> draws{0};
    on_root(launch.ranks, [&] {
      draws[0] = static_cast<double>(draws_before(probe));
      if (draws[0] > 0) return;
      const Ranks alone;
      const Plan plan = make_plan(probe, kAll, alone, false);
      draws[0] = std::max<double>(kLeast, seconds / estimate_sampling(plan, 0.5).seconds * kProbe);
    });
    launch.ranks.broadcast(draws);
    return static_cast<Index>(draws[0]);
  }
  /// That the rival's directory was begun with; 0: it is not there.
  [[nodiscard]] static Index draws_before(const Job& rival) {
    const std::filesystem::path before = rival.directory() / "resolved.ini";
    if (!std::filesystem::exists(before)) return 0;
    const JobFile file = read_job_file(before.string());
    const auto given = std::ranges::find_if(file.values, [](const GivenOption& option) {
      return option.section == "run" && option.key == "draws";
    });
    return given == file.values.end() ? 0 : std::stoll(given->value);
  }
};

std::vector<Rival> find_rivals(const Invocation& call, const JobSource& source, const Job& job) {
  const catalog::SystemEntry* entry = nullptr;
  const System system =
      catalog::make_system(*job.system_entry, resolve_system(source.given, entry));
  const std::string named = call.line.value("with");
  std::vector<Rival> rivals = named.empty() ? rivals_of(system) : parse_rivals(named);
  std::erase_if(rivals, [&](const Rival& rival) {
    if (!named.empty() && !rival.keys.empty()) return false;
    const std::string model = rival.key("model.name");
    return rival.name == job.sampler.text("name") &&
           (model.empty() || (job.model_entry != nullptr && model == job.model_entry->name));
  });
  require(!rivals.empty(),
          "nmc compare knows no rival of this sampler: name one, --with metropolis");
  return rivals;
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

// The verdict, on every process.
bool print_contest(const Invocation& call, const std::vector<Rival>& rivals,
                   const std::vector<Job>& jobs) {
  bool is_refused = false;
  on_root(call.ranks, [&] {
    std::vector<Contender> contenders;
    for (std::size_t i = 0; i < jobs.size(); ++i)
      contenders.push_back(read_contender(
          i == 0 ? jobs.front().sampler.text("name") : rivals[i - 1].words(), jobs[i]));
    const Verdict verdict = judge_contest(contenders);
    const std::string text = call.line.has("json") ? contest_json(contenders, verdict)
                                                   : contest_text(contenders, verdict);
    std::fputs(text.c_str(), stdout);
    const std::string figure = call.line.value("output");
    if (!figure.empty()) figures::write_figure(contest_figure(contenders, verdict), figure);
    is_refused = verdict.is_refused;
  });
  return call.ranks.any(is_refused);
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
  std::vector<Job> jobs;
  jobs.push_back(resolve_job(source, {false, true}));
  const Job job = resolve_job(source, {false, true});
  const Launch launch{call.ranks, call.command, kAll};
  const Referee referee{source, job, launch};
  const std::vector<Rival> rivals = find_rivals(call, source, job);
  // What is wrong with a rival is said before the job runs.
  for (const Rival& rival : rivals) (void)referee.made(rival, 1);
  if (!has_result(job)) referee.run(job);
  const double seconds = budget * referee.cpu_seconds();
  for (const Rival& rival : rivals) {
    const Index draws = referee.draws_in(seconds, rival);
    jobs.push_back(referee.made(rival, draws));
    if (has_result(jobs.back())) continue;
    if (call.ranks.is_root())
      fmt::print(stderr, "{}: {} draws in about {:.2g} CPU s\n", rival.words(), draws, seconds);
    referee.run(jobs.back());
  }
  return print_contest(call, rivals, jobs) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
