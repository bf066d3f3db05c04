#include "drivers/reweight/sampled_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/archive/graphs/variables.hpp"
#include "core/archive/sha256.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/job/sweep_line.hpp"
#include "drivers/report/line_order.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

/// A result and where it lies.
struct SourceRun {
  fs::path path;
  RunFile run;
};

/// What the job of a run says of the system.
struct ReadSystem {
  Options options;
  System system;
  std::vector<std::string> asked;  ///< observables
};

ReadSystem read_system(const RunFile& run) {
  const auto given = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  System system = catalog::make_system(*entry, with_stored_graph(options, run.graph));
  std::vector<std::string> asked = asked_observables(given, system);
  return {options, std::move(system), std::move(asked)};
}

bool is_temperature(const std::string& key) {
  return key == "beta" || key == "T";
}

/// Every value of [system] but β, and L where it is left out too, with the couplings that the run
/// itself holds.
std::string identity_of(const ReadSystem& read, const RunFile& run, bool with_size) {
  std::string text = read.system.name;
  for (const ResolvedOption& option : read.options.all())
    if (!is_temperature(option.spec.name) && (with_size || option.spec.name != "L"))
      text += fmt::format("\n{} = {}", option.spec.name, canonical_value(option.value));
  if (!with_size) return text;
  for (const char* name : {"bond_i", "bond_j", "J", "field", "plaquette_K"})
    if (const std::string path = archive::graph_group(name); run.file->has(path))
      text += fmt::format("\n{}", archive::sha256(run.file->read_doubles(path)));
  return text;
}

Index measurements_per_draw(const RunFile& run) {
  if (run.ladder) return run.ladder->bin;
  for (const GivenOption& option : parse_job_text(run.provenance.resolved_job, "resolved.ini"))
    if (option.section == "run" && option.key == "bin")
      return static_cast<Index>(number_value(option.value).value_or(1));
  return 1;
}

/// Why the draws say nothing about other β, with the way out; empty where they do.
std::string reason_of(const RunFile& run, const System& system) {
  if (!system.at_beta)
    return fmt::format(
        "{} has no beta: its weight changes otherwise than by exp(-beta E). A curve "
        "along its own parameters is a sweep over them, [sweep] system.KEY = ...",
        system.name);
  if (!system.is_boltzmann)
    return fmt::format(
        "the density of {} at another beta is not this one times exp(-beta E): run "
        "it at that beta, or weight the spins themselves, system ising",
        system.name);
  const auto& columns = run.ladder ? run.ladder->columns.front() : run.posterior;
  if (std::ranges::find(columns, "energy", &DrawColumn::name) == columns.end())
    return "the energy was not measured: name it in output.observables and run again";
  if (const Index bin = measurements_per_draw(run); bin > 1)
    return fmt::format(
        "its draws are means of run.bin = {} measurements, of which no weight is "
        "known: run again with run.bin = 1",
        bin);
  return "";
}

/// A column that opens its file whenever it is read: a sweep has more runs than a process may have
/// files open.
DrawColumn reopened(const fs::path& path, const std::string& group, Index place,
                    const DrawColumn& column) {
  const std::string variable = fmt::format("{}/{}", group, column.name());
  return {column.name(), column.draws(), column.chains(), [path, variable, place](Range draws) {
            const auto file = archive::File::open(path.string());
            return DrawColumn::stored(file, variable, place).read(draws);
          }};
}

// Of a run a state, of a ladder one for each temperature.
void add_states(const SourceRun& source, const Report& report, double beta,
                SampledSystem& sampled) {
  const RunFile& run = source.run;
  if (!run.ladder) {
    SampledState state{beta, {}, report.findings};
    for (const DrawColumn& column : run.posterior) {
      const std::string path = "/posterior/" + column.name();
      const char* group = run.file->has(path) ? "/posterior" : "/pairs";
      state.columns.push_back(reopened(source.path, group, 0, column));
    }
    sampled.states.push_back(std::move(state));
    return;
  }
  const auto& rungs = report.ladder->rungs;
  for (std::size_t r = 0; r < rungs.size(); ++r) {
    SampledState state{rungs[r].beta, {}, {}};
    for (const DrawColumn& column : run.ladder->columns[r])
      state.columns.push_back(reopened(source.path, "/ladder", static_cast<Index>(r), column));
    const double here = beta_in_findings(*report.ladder, rungs[r]);
    for (Finding finding : report.findings) {
      const bool is_of_all = finding.about == kEveryObservable && std::isnan(finding.beta);
      const bool is_here = std::isnan(here) ? std::isnan(finding.beta) : finding.beta == here;
      if (!is_of_all && !is_here) continue;
      finding.beta = statistics::not_a_number;  // a state knows no other temperature
      state.findings.push_back(std::move(finding));
    }
    sampled.states.push_back(std::move(state));
  }
}

bool is_solved(const Report& report) {
  const auto energy = std::ranges::find(report.lines, "energy", &ReportLine::name);
  return energy != report.lines.end() && energy->exact.has_value();
}

SampledSystem begin(ReadSystem read, const RunFile& run, const Report& report) {
  SampledSystem sampled;
  const System& system = read.system;
  sampled.title =
      fmt::format("{}, {}", system.name, system.summary.substr(0, system.summary.find(", beta ")));
  sampled.family = identity_of(read, run, false);
  if (read.options.has("L")) sampled.size = number_value(read.options.text("L"));
  sampled.is_random = system.disorder != nullptr;
  sampled.is_solved = is_solved(report);
  sampled.asked = read.asked;
  sampled.system = std::make_unique<const System>(std::move(read.system));
  return sampled;
}

// States whose energy is refused have no weights.
void leave_out_refused(const std::string& name, SampledSystem& sampled) {
  const auto is_bad = [](const SampledState& state) {
    return is_refused(state.findings, {"energy"});
  };
  for (const SampledState& state : sampled.states)
    if (is_bad(state))
      sampled.notes.push_back(
          fmt::format("{}beta {:.10g} is left out: its energy is refused (nmc report says why)",
                      name.empty() ? "" : name + ", ", state.beta));
  std::erase_if(sampled.states, is_bad);
}

/// Systems by what they are made of.
struct Collection {
  std::vector<SampledSystem> systems{};
  std::vector<std::string> identities{};

  void add(const SourceRun& source, ReadSystem read, const TaskReport& task) {
    const double beta = read.system.beta;
    const std::string identity = identity_of(read, source.run, true);
    const auto at =
        static_cast<std::size_t>(std::ranges::find(identities, identity) - identities.begin());
    if (at == identities.size()) {
      identities.push_back(identity);
      systems.push_back(begin(std::move(read), source.run, *task.report));
      for (const GivenOption& setting : task.point.settings)
        if (setting.section == "system" && !is_temperature(setting.key))
          systems.back().settings.push_back(setting);
    }
    SampledSystem added;
    add_states(source, *task.report, beta, added);
    leave_out_refused(task.point.name, added);
    SampledSystem& sampled = systems[at];
    std::ranges::move(added.states, std::back_inserter(sampled.states));
    std::ranges::move(added.notes, std::back_inserter(sampled.notes));
    sampled.tasks.push_back(task.point.name);
  }
};

}  // namespace

SampledSystem sampled_system(const fs::path& path) {
  const SourceRun source{fs::is_directory(path) ? path / "result.h5" : path, read_run(path)};
  ReadSystem read = read_system(source.run);
  const std::string reason = reason_of(source.run, read.system);
  require(reason.empty(), reason);
  const double beta = read.system.beta;
  const Report report = make_report(source.run);
  SampledSystem sampled = begin(std::move(read), source.run, report);
  add_states(source, report, beta, sampled);
  leave_out_refused("", sampled);
  return sampled;
}

std::vector<SampledSystem> sampled_systems(const SweepReport& sweep,
                                           std::vector<std::string>* reasons) {
  Collection found;
  for (const TaskReport& task : sweep.tasks) {
    if (!task.report) continue;
    const fs::path path = sweep.directory / task.point.name / "result.h5";
    const SourceRun source{path, read_run(path)};
    ReadSystem read = read_system(source.run);
    const std::string reason = reason_of(source.run, read.system);
    if (reason.empty())
      found.add(source, std::move(read), task);
    else if (reasons != nullptr)
      reasons->push_back(fmt::format("{}: {}", task.point.name, reason));
  }
  for (const SampledSystem& sampled : found.systems)
    if (sampled.states.empty() && reasons != nullptr)
      std::ranges::copy(sampled.notes, std::back_inserter(*reasons));
  std::erase_if(found.systems, [](const SampledSystem& of) { return of.states.empty(); });
  return std::move(found.systems);
}

}  // namespace nmc::drivers
