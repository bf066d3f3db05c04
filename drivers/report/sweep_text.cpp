#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/options/sweep_values.hpp"
#include "drivers/format.hpp"
#include "drivers/job/sweep_line.hpp"
#include "drivers/json_line.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

std::string value_text(const Report& report, const std::string& name) {
  const auto line = std::ranges::find(report.lines, name, &ReportLine::name);
  if (line == report.lines.end()) return "-";
  return is_refused(report.findings, {name}) ? "refused"
                                             : with_error(line->summary.mean, line->summary.error);
}

/// The worst of all observables of a task.
struct Worst {
  double tau = 0, ess = statistics::not_a_number, rhat = 0, z = statistics::not_a_number;
};

Worst worst_of(const Report& report) {
  Worst worst;
  for (const ReportLine& line : report.lines) {
    worst.tau = std::fmax(worst.tau, line.summary.tau_int);
    worst.ess = std::fmin(worst.ess, line.summary.ess_bulk);
    worst.rhat = std::fmax(worst.rhat, line.summary.rhat);
    if (!(std::abs(line.z) <= std::abs(worst.z))) worst.z = std::isnan(line.z) ? worst.z : line.z;
  }
  return worst;
}

std::vector<std::string> row_of(const TaskReport& task, const std::vector<std::string>& names) {
  std::vector<std::string> row{task.point.name};
  for (const std::string& name : names)
    row.push_back(task.report ? value_text(*task.report, name) : "-");
  if (!task.report) {
    row.insert(row.end(), {"-", "-", "-", "-"});
    return row;
  }
  const Worst worst = worst_of(*task.report);
  row.push_back(fmt::format("{:.3g}", worst.tau));
  row.push_back(short_count(worst.ess));
  row.push_back(worst.rhat > 0 ? fmt::format("{:.4f}", worst.rhat) : "-");
  row.push_back(std::isnan(worst.z) ? "-" : fmt::format("{:+.2f}", worst.z));
  return row;
}

// Numbers as numbers, words as words.
void add_value(JsonLine& json, const GivenOption& setting) {
  if (const auto number = number_value(setting.value))
    json.add(full_key(setting), *number);
  else
    json.add(full_key(setting), setting.value);
}

// "b0.44: refused: …", the findings of a task line by line.
std::string task_findings(const TaskReport& task) {
  std::string text;
  std::istringstream lines(findings_text(task.report->findings));
  for (std::string line; std::getline(lines, line);)
    text += fmt::format("{}: {}\n", task.point.name, line);
  return text;
}

}  // namespace

std::vector<std::string> observable_names(const SweepReport& sweep) {
  std::vector<std::string> names;
  for (const TaskReport& task : sweep.tasks) {
    if (!task.report) continue;
    for (const ReportLine& line : task.report->lines)
      if (std::ranges::find(names, line.name) == names.end()) names.push_back(line.name);
  }
  return names;
}

bool has_refusal(const SweepReport& sweep) {
  return std::ranges::any_of(sweep.tasks, [](const TaskReport& task) {
    return task.report && has_refusal(task.report->findings);
  });
}

namespace {

std::string table_of(const SweepReport& sweep, const std::vector<std::string>& names) {
  std::vector<std::string> head{"task"};
  head.insert(head.end(), names.begin(), names.end());
  head.insert(head.end(), {"tau", "ESS bulk", "R-hat", "z"});
  TextTable table(head);
  for (const TaskReport& task : sweep.tasks) table.add(row_of(task, names));
  return table.text();
}

std::size_t width_of(const std::string& table) {
  std::size_t width = 0;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) width = std::max(width, line.size());
  return width;
}

}  // namespace

std::string sweep_text(const SweepReport& sweep, std::size_t columns) {
  std::vector<std::string> names = observable_names(sweep);
  const std::size_t all = names.size();
  std::string table = table_of(sweep, names);
  while (names.size() > 1 && width_of(table) > columns) {
    names.pop_back();
    table = table_of(sweep, names);
  }
  const std::size_t left_out = all - names.size();
  const auto done =
      std::ranges::count_if(sweep.tasks, [](const auto& task) { return task.report.has_value(); });
  std::string text = fmt::format("{} of {} tasks done in {}\n\n{}\n", done, sweep.tasks.size(),
                                 sweep.directory.string(), table);
  for (const TaskReport& task : sweep.tasks)
    if (task.report) text += task_findings(task);
  if (left_out > 0) text += fmt::format("{} more observables: --json or sweep.h5\n", left_out);
  return text +
         "tau (1/2 for independent draws, in draws), ESS, R-hat and z are the worst of all "
         "observables;\nnmc report DIR/TASK shows one task\n";
}

std::string sweep_json(const SweepReport& sweep) {
  std::string text;
  for (const TaskReport& task : sweep.tasks) {
    if (!task.report) continue;
    JsonLine head;
    head.add("task", task.point.name);
    for (const GivenOption& setting : task.point.settings) add_value(head, setting);
    std::istringstream lines(report_json(*task.report));
    for (std::string line; std::getline(lines, line);)
      text += "{" + head.members() + ", " + line.substr(1) + "\n";
  }
  return text;
}

}  // namespace nmc::drivers
