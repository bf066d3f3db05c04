#include "drivers/report/sweep_describe.hpp"

#include <algorithm>
#include <set>

#include "drivers/catalog/catalog.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

std::string help_of(const std::vector<OptionSpec>& options, const std::string& key) {
  const auto spec = std::ranges::find(options, key, &OptionSpec::name);
  return spec == options.end() ? "" : spec->help;
}

template <class Table>
std::string help_in(const Table& table, const std::string& key) {
  for (const catalog::Entry& entry : table)
    if (const std::string help = help_of(entry.options, key); !help.empty()) return help;
  return "";
}

// What `nmc describe` says about "section.key", whichever name has it.
std::string meaning_of(const std::string& full_key) {
  const std::string section = full_key.substr(0, full_key.find('.'));
  const std::string key = full_key.substr(section.size() + 1);
  std::string help = help_of(section_options(section), key);
  if (help.empty() && section == "system") help = help_in(catalog::systems(), key);
  if (help.empty() && section == "model") help = help_in(catalog::models(), key);
  if (help.empty() && section == "sampler") help = help_in(catalog::samplers(), key);
  return help.empty() ? full_key : help;
}

void describe_observable(const std::string& name, SweepColumns& columns) {
  const auto& table = catalog::observables();
  const auto entry = std::ranges::find(table, name, &catalog::Entry::name);
  columns.describe(name, entry == table.end() ? name : entry->summary);
  columns.describe(name + "_error", "standard error of " + name);
  columns.describe(name + "_tau_int", "integrated autocorrelation time of " + name, "draws");
  columns.describe(name + "_tau_int_error", "standard error of " + name + "_tau_int", "draws");
  columns.describe(name + "_ess_bulk", "bulk effective sample size of " + name, "draws");
  columns.describe(name + "_rhat", "rank-normalised split R-hat of " + name);
  columns.describe(name + "_exact", "exact value of " + name);
  columns.describe(name + "_z", "(" + name + " - exact value) / standard error");
}

}  // namespace

void describe_columns(const SweepReport& sweep, SweepColumns& columns) {
  for (const std::string& key : sweep.keys) columns.describe(key, meaning_of(key));
  std::set<std::string> observables;
  for (const TaskReport& task : sweep.tasks)
    if (task.report)
      for (const ReportLine& line : task.report->lines) observables.insert(line.name);
  for (const std::string& name : observables) describe_observable(name, columns);
  columns.describe("name", "task, and its directory");
  columns.describe("done", "whether the task has a result");
  columns.describe("sites", "sites of the system");
  columns.describe("chains", "chains over all processes");
  columns.describe("draws", "measured draws per chain", "draws");
  columns.describe("steps_per_draw", "steps of the sampler from draw to draw");
  columns.describe("acceptance", "mean acceptance probability");
  columns.describe("refused", "findings that refuse a result of the task");
  columns.describe("warnings", "findings that warn of one");
  columns.describe("wall_seconds", "wall time of sampling", "s");
  columns.describe("cpu_seconds", "CPU time of sampling, over all threads and processes", "s");
}

}  // namespace nmc::drivers
