#include <map>

#include "core/archive/publish.hpp"
#include "core/archive/xarray_group.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sweep_line.hpp"
#include "drivers/report/sweep_report.hpp"

namespace nmc::drivers {
namespace {

using archive::File;

/// Columns over the tasks; NaN and "" where a task has no such number or word.
class Columns {
 public:
  explicit Columns(std::size_t tasks) : tasks_(tasks) {}

  void set(const std::string& name, std::size_t task, double value) {
    const auto [it, is_new] = reals_.try_emplace(name);
    if (is_new) it->second.assign(tasks_, statistics::not_a_number);
    it->second[task] = value;
  }

  void set(const std::string& name, std::size_t task, const std::string& word) {
    const auto [it, is_new] = words_.try_emplace(name);
    if (is_new) it->second.assign(tasks_, "");
    it->second[task] = word;
  }

  /// Words that are numbers in every task become numbers.
  void read_numbers(const std::string& name) {
    std::vector<double> numbers;
    for (const std::string& word : words_.at(name)) {
      const auto number = number_value(word);
      if (!number && !word.empty()) return;
      numbers.push_back(number.value_or(statistics::not_a_number));
    }
    words_.erase(name);
    reals_[name] = numbers;
  }

  void write(File& file) const {
    std::vector<archive::Variable> variables;
    for (const auto& [name, values] : reals_)
      variables.push_back({name, {"task"}, std::span<const double>(values)});
    const auto count = static_cast<Index>(tasks_);
    archive::write_xarray_group(file, "/", {archive::numbered("task", count)}, variables);
    for (const auto& [name, values] : words_) {
      file.write("/" + name, {count}, values);
      file.attach_dimension_scale("/" + name, 0, "/task");
    }
  }

 private:
  std::size_t tasks_;
  std::map<std::string, std::vector<double>> reals_;
  std::map<std::string, std::vector<std::string>> words_;
};

void set_line(Columns& columns, std::size_t task, const ReportLine& line, bool is_refused) {
  const statistics::ChainSummary s = is_refused ? statistics::ChainSummary{} : line.summary;
  columns.set(line.name, task, s.mean);
  columns.set(line.name + "_error", task, s.error);
  columns.set(line.name + "_tau_int", task, s.tau_int);
  columns.set(line.name + "_tau_int_error", task, s.tau_int_error);
  columns.set(line.name + "_ess_bulk", task, s.ess_bulk);
  columns.set(line.name + "_rhat", task, s.rhat);
  columns.set(line.name + "_exact", task, line.exact.value_or(statistics::not_a_number));
  columns.set(line.name + "_z", task, is_refused ? statistics::not_a_number : line.z);
}

void set_task(Columns& columns, std::size_t i, const TaskReport& task) {
  columns.set("name", i, task.point.name);
  for (const GivenOption& setting : task.point.settings)
    columns.set(full_key(setting), i, setting.value);
  if (!task.report) return;
  columns.set("sites", i, static_cast<double>(task.sites));
  columns.set("chains", i, static_cast<double>(task.chains));
  columns.set("draws", i, static_cast<double>(task.draws));
  columns.set("steps_per_draw", i, static_cast<double>(task.steps_per_draw));
  columns.set("wall_seconds", i, task.wall_seconds);
  columns.set("cpu_seconds", i, task.cpu_seconds);
  columns.set("acceptance", i, task.report->sampler.acceptance);
  for (const ReportLine& line : task.report->lines)
    set_line(columns, i, line, !task.report->refusal.empty());
}

}  // namespace

void write_sweep_file(const SweepReport& sweep) {
  Columns columns(sweep.tasks.size());
  for (std::size_t i = 0; i < sweep.tasks.size(); ++i) set_task(columns, i, sweep.tasks[i]);
  for (const std::string& key : sweep.keys) columns.read_numbers(key);
  archive::publish_file((sweep.directory / "sweep.h5").string(), [&](File& file) {
    columns.write(file);
    file.set_attribute("/", "tau_convention", "1/2 for independent draws, in draws");
  });
}

}  // namespace nmc::drivers
