#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/format.hpp"
#include "drivers/page/document.hpp"
#include "drivers/page/pages.hpp"
#include "drivers/page/points_between.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/sweep_curves.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

std::string task_id(const TaskReport& task) {
  return "task-" + id_of(task.point.name);
}

// Findings of all tasks, each with the name of its task before its message.
Findings findings_of(const SweepReport& sweep) {
  Findings all;
  for (const TaskReport& task : sweep.tasks) {
    if (!task.report) continue;
    for (Finding finding : task.report->findings) {
      finding.message = task.point.name + ": " + finding.message;
      finding.about = finding.about + " of " + task.point.name;
      all.push_back(std::move(finding));
    }
  }
  return all;
}

/// A sweep with the curves of all its draws.
struct WeightedSweep {
  const SweepReport& sweep;
  SweepAxis axis;
  std::vector<WeightedCurves> weighted;
  std::vector<SizeCrossing> crossings;

  explicit WeightedSweep(const SweepReport& of)
      : sweep(of),
        axis(sweep_axis(of, "")),
        weighted(weighted_curves(of)),
        crossings(size_crossings(weighted)) {}
};

Section curves_section(const WeightedSweep& of) {
  const auto& [sweep, axis, weighted, crossings] = of;
  const std::vector<BetweenPoints> between = points_between(weighted, sweep, axis);
  Section section("curves", fmt::format("Observables against {}", axis_word(axis.key)));
  for (const std::string& name : observable_names(sweep)) {
    SweepCurves found = sweep_curves(sweep, name, axis);
    add_between(between, name, axis, found);
    section.figure(curves_figure(found.curves, {name, axis_word(axis.key), found.note(),
                                                crossing_marks(crossings, name, axis)}));
  }
  return section;
}

Section crossings_section(const WeightedSweep& of) {
  Section section("crossings", "Crossings");
  if (of.crossings.empty()) return section;
  Table table{"Where the curves of two sizes cross, and the value there", {}, {}};
  const bool has_notes =
      std::ranges::any_of(of.crossings, [](const SizeCrossing& at) { return !at.why.empty(); });
  table.head = {"curves", "β", "value"};
  if (has_notes) table.head.emplace_back("note");
  for (const SizeCrossing& at : of.crossings) {
    const auto number = [&](const statistics::ReweightedValue& of_it) {
      return at.why.empty() ? with_error(of_it.value, of_it.error) : "-";
    };
    table.rows.push_back({fmt::format("{} of L = {:g} and {:g}", at.observable, at.small, at.large),
                          number(at.crossing.x), number(at.crossing.value)});
    if (has_notes) table.rows.back().push_back(at.why);
  }
  section.table(table);
  return section;
}

std::string task_value(const Report& report, const std::string& name) {
  const ReportLine* line = line_named(report.lines, name);
  if (line == nullptr) return "-";
  return is_refused(report.findings, {name}) ? "refused"
                                             : with_error(line->summary.mean, line->summary.error);
}

// The worst of what is known of a task.
std::vector<std::string> quality_of(const Report& report) {
  double tau = 0, ess = statistics::not_a_number, rhat = statistics::not_a_number;
  for (const ReportLine& line : report.lines) {
    tau = std::fmax(tau, line.summary.tau_int);
    ess = std::fmin(ess, line.summary.ess_bulk);
    rhat = std::fmax(rhat, line.summary.rhat);
  }
  return {number_or_dash(tau, "{:.3g}"), short_count(ess), number_or_dash(rhat, "{:.4f}")};
}

Section tasks_section(const SweepReport& sweep) {
  Section section("tasks", "Tasks");
  const std::vector<std::string> names = observable_names(sweep);
  Table table{
      "Means with the errors of their last digits; tau in draws, ESS and R-hat are the "
      "worst of all observables",
      {"task"},
      {}};
  table.head.insert(table.head.end(), names.begin(), names.end());
  table.head.insert(table.head.end(), {"tau", "ESS bulk", "R-hat", "CPU s"});
  for (const TaskReport& task : sweep.tasks) {
    std::vector<std::string> row{task.point.name};
    for (const std::string& name : names)
      row.push_back(task.report ? task_value(*task.report, name) : "not done");
    if (task.report) {
      const std::vector<std::string> quality = quality_of(*task.report);
      row.insert(row.end(), quality.begin(), quality.end());
      row.push_back(fmt::format("{:.3g}", task.cpu_seconds));
    }
    row.resize(table.head.size());
    table.rows.push_back(std::move(row));
    table.links.push_back(task.report ? "#" + task_id(task) : "");
  }
  section.table(table);
  return section;
}

// Less of each where there are many.
Section task_section(const SweepReport& sweep, const TaskReport& task) {
  Section section(task_id(task), task.point.name);
  section.set_kind("small");
  section.set_part();
  const RunFile run = read_run(sweep.directory / task.point.name);
  const PageRun of{run, *task.report};
  section.paragraph(fmt::format("{}. {} of {}, {:.3g} CPU s.", task.report->title,
                                count_words(task.chains, "chain"), count_words(task.draws, "draw"),
                                task.cpu_seconds));
  std::vector<std::pair<std::string, std::string>> list;
  for (const Finding& finding : task.report->findings)
    list.emplace_back(finding.severity == Severity::refusal ? "refused" : "warning",
                      finding.message);
  constexpr std::size_t kMost = 6;
  if (list.size() > kMost) list.resize(kMost);
  section.sentences(list);
  constexpr Index kFew = 30;
  add_draws(of, std::ssize(sweep.tasks) > kFew ? 1 : 2, {120, 2, false}, section);
  return section;
}

}  // namespace

std::string sweep_page(const SweepReport& sweep) {
  const auto done =
      std::ranges::count_if(sweep.tasks, [](const auto& task) { return task.report.has_value(); });
  Document page(fmt::format("Sweep over {}", list_words(sweep.keys)), sweep.directory.string());
  page.add(verdict_section(findings_of(sweep),
                           fmt::format("{} of {} tasks are done.", done, sweep.tasks.size())));
  const WeightedSweep weighted(sweep);
  page.add(curves_section(weighted));
  page.add(crossings_section(weighted));
  page.add(tasks_section(sweep));
  std::vector<std::string> left_out;
  bool has_room = true;
  for (const TaskReport& task : sweep.tasks) {
    if (!task.report) continue;
    has_room = has_room && page.add(task_section(sweep, task));
    if (!has_room) left_out.push_back(task.point.name);
  }
  Section rest("rest", "Not shown");
  if (!left_out.empty())
    rest.paragraph(
        fmt::format("To keep the page small, sections of {} are left out: nmc report "
                    "{}/TASK --html makes a page of one.",
                    list_words(left_out), sweep.directory.string()));
  page.add(rest);
  return page.html();
}

}  // namespace nmc::drivers::page
