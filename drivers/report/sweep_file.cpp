#include "core/archive/provenance.hpp"
#include "core/archive/publish.hpp"
#include "core/archive/utc.hpp"
#include "drivers/job/sweep_line.hpp"
#include "drivers/report/sweep_columns.hpp"
#include "drivers/report/sweep_describe.hpp"
#include "drivers/report/sweep_report.hpp"

namespace nmc::drivers {
namespace {

void set_line(SweepColumns& columns, std::size_t task, const ReportLine& line, bool is_hidden) {
  const statistics::ChainSummary& s = line.summary;
  columns.set(line.name, task, is_hidden ? statistics::not_a_number : s.mean);
  columns.set(line.name + "_error", task, is_hidden ? statistics::not_a_number : s.error);
  columns.set(line.name + "_tau_int", task, s.tau_int);
  columns.set(line.name + "_tau_int_error", task, s.tau_int_error);
  columns.set(line.name + "_ess_bulk", task, s.ess_bulk);
  columns.set(line.name + "_rhat", task, s.rhat);
  columns.set(line.name + "_exact", task, line.exact.value_or(statistics::not_a_number));
  columns.set(line.name + "_z", task, is_hidden ? statistics::not_a_number : line.z);
}

Index count(const Report& report, Severity severity) {
  return std::ssize(of_severity(report.findings, severity));
}

void set_task(SweepColumns& columns, std::size_t i, const TaskReport& task) {
  columns.set("name", i, task.point.name);
  for (const GivenOption& setting : task.point.settings)
    columns.set(full_key(setting), i, setting.value);
  columns.set("done", i, task.report.has_value());
  if (!task.report) return;
  columns.set("sites", i, task.sites);
  columns.set("chains", i, task.chains);
  columns.set("draws", i, task.draws);
  columns.set("steps_per_draw", i, task.steps_per_draw);
  columns.set("wall_seconds", i, task.wall_seconds);
  columns.set("cpu_seconds", i, task.cpu_seconds);
  columns.set("acceptance", i, task.report->sampler.acceptance);
  for (const ReportLine& line : task.report->lines)
    set_line(columns, i, line, is_refused(task.report->findings, {line.name}));
  columns.set("refused", i, count(*task.report, Severity::refusal));
  columns.set("warnings", i, count(*task.report, Severity::warning));
}

}  // namespace

void write_sweep_file(const SweepReport& sweep) {
  SweepColumns columns(sweep.grid, sweep.tasks.size());
  for (std::size_t i = 0; i < sweep.tasks.size(); ++i) set_task(columns, i, sweep.tasks[i]);
  for (const std::string& key : sweep.keys) columns.read_numbers(key);
  describe_columns(sweep, columns);
  archive::publish_file((sweep.directory / "sweep.h5").string(), [&](archive::File& file) {
    columns.write(file);
    file.set_attribute("/", "tau_convention", "1/2 for independent draws, in draws");
    archive::stamp(file, "/", archive::utc_now());
  });
}

}  // namespace nmc::drivers
