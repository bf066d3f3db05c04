#include "drivers/training/training_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace nmc::drivers {
namespace {

template <class Record>
struct Field {
  std::string name;
  std::function<double&(Record&)> at;
};

/// The loss of that name, with no numbers where the record has none.
template <class Record>
NamedLoss& loss_of(Record& record, const std::string& name) {
  const auto it = std::ranges::find(record.losses, name, &NamedLoss::name);
  return it == record.losses.end() ? record.losses.emplace_back(NamedLoss{name}) : *it;
}

// Losses that are no ln q - ln p, in the order in which they appear. Every log has forward_loss.
template <class Record>
std::vector<std::string> names_in(const std::vector<Record>& log) {
  std::vector<std::string> names{"forward_loss"};
  for (const Record& record : log)
    for (const NamedLoss& loss : record.losses)
      if (std::ranges::find(names, loss.name) == names.end()) names.push_back(loss.name);
  return names;
}

// One table for writing and reading, so that neither can forget a field of the log.
std::vector<Field<StepRecord>> step_fields(const std::vector<std::string>& losses) {
  using R = StepRecord;
  std::vector<Field<R>> fields{
      {"loss", [](R& r) -> double& { return r.reverse.loss; }},
      {"loss_error", [](R& r) -> double& { return r.reverse.loss_error; }},
      {"gap", [](R& r) -> double& { return r.reverse.gap; }},
      {"ess", [](R& r) -> double& { return r.reverse.ess; }},
      {"acceptance", [](R& r) -> double& { return r.reverse.acceptance; }},
  };
  for (const std::string& name : losses) {
    fields.push_back({name, [name](R& r) -> double& { return loss_of(r, name).mean; }});
    fields.push_back({name + "_error", [name](R& r) -> double& { return loss_of(r, name).error; }});
  }
  fields.push_back({"gradient_norm", [](R& r) -> double& { return r.gradient_norm; }});
  fields.push_back({"learning_rate", [](R& r) -> double& { return r.learning_rate; }});
  fields.push_back({"wall_seconds", [](R& r) -> double& { return r.wall_seconds; }});
  fields.push_back({"cpu_seconds", [](R& r) -> double& { return r.cpu_seconds; }});
  return fields;
}

std::vector<Field<ValidationRecord>> validation_fields(const std::vector<std::string>& losses) {
  using R = ValidationRecord;
  std::vector<Field<R>> fields{
      {"validation_loss", [](R& r) -> double& { return r.reverse.loss; }},
      {"validation_loss_error", [](R& r) -> double& { return r.reverse.loss_error; }},
      {"validation_gap", [](R& r) -> double& { return r.reverse.gap; }},
      {"validation_ess", [](R& r) -> double& { return r.reverse.ess; }},
      {"validation_acceptance", [](R& r) -> double& { return r.reverse.acceptance; }},
  };
  for (const std::string& name : losses)
    fields.push_back(
        {"validation_" + name, [name](R& r) -> double& { return loss_of(r, name).mean; }});
  fields.push_back({"validation_score", [](R& r) -> double& { return r.score; }});
  return fields;
}

template <class Record>
using FieldsOf = std::function<std::vector<Field<Record>>(const std::vector<std::string>& losses)>;

template <class Record>
std::vector<double> column(const std::vector<Record>& log, const Field<Record>& field) {
  std::vector<double> values;
  for (Record record : log) values.push_back(field.at(record));
  return values;
}

template <class Record>
std::vector<std::int64_t> steps_of(const std::vector<Record>& log) {
  std::vector<std::int64_t> steps;
  for (const Record& record : log) steps.push_back(record.step);
  return steps;
}

void write_vector(archive::File& file, const std::string& name, std::span<const double> values) {
  file.write(name, {std::ssize(values)}, values);
}

template <class Record>
void write_loss_log(archive::File& file, const std::string& group, const std::vector<Record>& log,
                    const FieldsOf<Record>& fields_of) {
  const std::vector<std::int64_t> steps = steps_of(log);
  file.write(group + "/step", {std::ssize(steps)}, std::span<const std::int64_t>(steps));
  const std::vector<std::string> losses = names_in(log);
  for (const auto& field : fields_of(losses))
    write_vector(file, group + "/" + field.name, column(log, field));
  if (losses.size() > 1)
    file.set_attribute(group, "losses", fmt::format("{}", fmt::join(losses, ",")));
}

// Without the attribute it is that one alone.
std::vector<std::string> stored_names(const archive::File& file, const std::string& group) {
  if (!file.has_attribute(group, "losses")) return {"forward_loss"};
  std::vector<std::string> names;
  std::istringstream list(file.string_attribute(group, "losses"));
  for (std::string name; std::getline(list, name, ',');) names.push_back(name);
  return names;
}

template <class Record>
std::vector<Record> read_log(const archive::File& file, const std::string& group,
                             const FieldsOf<Record>& fields_of) {
  const std::vector<std::int64_t> steps = file.read_ints(group + "/step");
  std::vector<Record> log(steps.size());
  for (std::size_t i = 0; i < log.size(); ++i) log[i].step = steps[i];
  for (const auto& field : fields_of(stored_names(file, group))) {
    const std::vector<double> values = file.read_doubles(group + "/" + field.name);
    for (std::size_t i = 0; i < log.size(); ++i) field.at(log[i]) = values.at(i);
  }
  for (Record& record : log)  // a loss that was there was a number
    std::erase_if(record.losses, [](const NamedLoss& loss) { return std::isnan(loss.mean); });
  return log;
}

}  // namespace

void write_training(archive::File& file, const TrainingView& state, const TrainingDates& dates) {
  const TrainingProgress& progress = state.progress;
  file.create_group("/state");
  file.set_attribute("/state", "step", progress.step);
  file.set_attribute("/state", "optimiser_steps", state.optimiser_steps);
  file.set_attribute("/state", "best_step", progress.best_step);
  file.set_attribute("/state", "best_score", progress.best_score);
  file.set_attribute("/state", "has_extra_validation", progress.has_extra_validation ? 1 : 0);
  file.set_attribute("/state", "wall_seconds", progress.wall_seconds);
  file.set_attribute("/state", "cpu_seconds", progress.cpu_seconds);
  file.set_attribute("/state", "started", dates.started);
  file.set_attribute("/state", "ended", dates.ended);
  write_vector(file, "/state/parameters", state.parameters);
  write_vector(file, "/state/m", state.m);
  write_vector(file, "/state/v", state.v);
  write_vector(file, "/state/v_max", state.v_max);
  write_vector(file, "/state/data", state.data);
  write_vector(file, "/state/best_parameters", state.best_parameters);
  write_loss_log(file, "/log", progress.log, FieldsOf<StepRecord>(step_fields));
  write_loss_log(file, "/validations", progress.validations,
                 FieldsOf<ValidationRecord>(validation_fields));
}

TrainingProgress read_progress(const archive::File& file) {
  TrainingProgress progress;
  progress.step = file.int_attribute("/state", "step");
  progress.best_step = file.int_attribute("/state", "best_step");
  progress.best_score = file.double_attribute("/state", "best_score");
  if (file.has_attribute("/state", "has_extra_validation"))
    progress.has_extra_validation = file.int_attribute("/state", "has_extra_validation") != 0;
  progress.wall_seconds = file.double_attribute("/state", "wall_seconds");
  progress.cpu_seconds = file.double_attribute("/state", "cpu_seconds");
  if (file.has_attribute("/state", "started"))
    progress.dates = {file.string_attribute("/state", "started"),
                      file.string_attribute("/state", "ended")};
  progress.log = read_log(file, "/log", FieldsOf<StepRecord>(step_fields));
  progress.validations =
      read_log(file, "/validations", FieldsOf<ValidationRecord>(validation_fields));
  return progress;
}

TrainingState read_training(const archive::File& file) {
  TrainingState state;
  static_cast<TrainingProgress&>(state) = read_progress(file);
  state.optimiser.steps = file.int_attribute("/state", "optimiser_steps");
  state.parameters = file.read_doubles("/state/parameters");
  state.optimiser.m = file.read_doubles("/state/m");
  state.optimiser.v = file.read_doubles("/state/v");
  state.optimiser.v_max = file.read_doubles("/state/v_max");
  state.data = file.read_doubles("/state/data");
  state.best_parameters = file.read_doubles("/state/best_parameters");
  return state;
}

void write_train_group(archive::File& file, const TrainingProgress& training) {
  std::vector<std::vector<double>> columns;
  std::vector<archive::Variable> variables;
  const auto steps = step_fields(names_in(training.log));
  const auto validations = validation_fields(names_in(training.validations));
  columns.reserve(steps.size() + validations.size());
  for (const auto& field : steps) {
    columns.push_back(column(training.log, field));
    variables.push_back({field.name, {"step"}, std::span<const double>(columns.back())});
  }
  for (const auto& field : validations) {
    columns.push_back(column(training.validations, field));
    variables.push_back({field.name, {"validation_step"}, std::span<const double>(columns.back())});
  }
  archive::write_xarray_group(
      file, "/train",
      {{"step", steps_of(training.log)}, {"validation_step", steps_of(training.validations)}},
      variables);
}

}  // namespace nmc::drivers
