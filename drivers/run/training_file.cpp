#include "drivers/run/training_file.hpp"

#include <string>
#include <vector>

namespace nmc::drivers {
namespace {

template <class Record>
struct Field {
  const char* name;
  double& (*at)(Record&);
};

// One table for writing and reading, so that neither can forget a field of the log.
const std::vector<Field<StepRecord>>& step_fields() {
  using R = StepRecord;
  static const std::vector<Field<R>> fields{
      {"loss", [](R& r) -> double& { return r.reverse.loss; }},
      {"loss_error", [](R& r) -> double& { return r.reverse.loss_error; }},
      {"gap", [](R& r) -> double& { return r.reverse.gap; }},
      {"ess", [](R& r) -> double& { return r.reverse.ess; }},
      {"acceptance", [](R& r) -> double& { return r.reverse.acceptance; }},
      {"forward_loss", [](R& r) -> double& { return r.forward_loss; }},
      {"forward_loss_error", [](R& r) -> double& { return r.forward_loss_error; }},
      {"gradient_norm", [](R& r) -> double& { return r.gradient_norm; }},
      {"learning_rate", [](R& r) -> double& { return r.learning_rate; }},
      {"wall_seconds", [](R& r) -> double& { return r.wall_seconds; }},
      {"cpu_seconds", [](R& r) -> double& { return r.cpu_seconds; }},
  };
  return fields;
}

const std::vector<Field<ValidationRecord>>& validation_fields() {
  using R = ValidationRecord;
  static const std::vector<Field<R>> fields{
      {"validation_loss", [](R& r) -> double& { return r.reverse.loss; }},
      {"validation_loss_error", [](R& r) -> double& { return r.reverse.loss_error; }},
      {"validation_gap", [](R& r) -> double& { return r.reverse.gap; }},
      {"validation_ess", [](R& r) -> double& { return r.reverse.ess; }},
      {"validation_acceptance", [](R& r) -> double& { return r.reverse.acceptance; }},
      {"validation_forward_loss", [](R& r) -> double& { return r.forward_loss; }},
      {"validation_score", [](R& r) -> double& { return r.score; }},
  };
  return fields;
}

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

void write_vector(archive::File& file, const std::string& name, const std::vector<double>& values) {
  file.write(name, {std::ssize(values)}, std::span<const double>(values));
}

template <class Record>
void write_loss_log(archive::File& file, const std::string& group, const std::vector<Record>& log,
                    const std::vector<Field<Record>>& fields) {
  const std::vector<std::int64_t> steps = steps_of(log);
  file.write(group + "/step", {std::ssize(steps)}, std::span<const std::int64_t>(steps));
  for (const auto& field : fields) write_vector(file, group + "/" + field.name, column(log, field));
}

template <class Record>
std::vector<Record> read_log(const archive::File& file, const std::string& group,
                             const std::vector<Field<Record>>& fields) {
  const std::vector<std::int64_t> steps = file.read_ints(group + "/step");
  std::vector<Record> log(steps.size());
  for (std::size_t i = 0; i < log.size(); ++i) log[i].step = steps[i];
  for (const auto& field : fields) {
    const std::vector<double> values = file.read_doubles(group + "/" + field.name);
    for (std::size_t i = 0; i < log.size(); ++i) field.at(log[i]) = values.at(i);
  }
  return log;
}

}  // namespace

void write_training(archive::File& file, const TrainingState& state) {
  file.create_group("/state");
  file.set_attribute("/state", "step", state.step);
  file.set_attribute("/state", "optimiser_steps", state.optimiser.steps);
  file.set_attribute("/state", "best_step", state.best_step);
  file.set_attribute("/state", "best_score", state.best_score);
  file.set_attribute("/state", "has_extra_validation", state.has_extra_validation ? 1 : 0);
  file.set_attribute("/state", "wall_seconds", state.wall_seconds);
  file.set_attribute("/state", "cpu_seconds", state.cpu_seconds);
  file.set_attribute("/state", "started", state.started);
  file.set_attribute("/state", "ended", state.ended);
  write_vector(file, "/state/parameters", state.parameters);
  write_vector(file, "/state/m", state.optimiser.m);
  write_vector(file, "/state/v", state.optimiser.v);
  write_vector(file, "/state/v_max", state.optimiser.v_max);
  write_vector(file, "/state/data", state.data);
  write_vector(file, "/state/best_parameters", state.best_parameters);
  write_loss_log(file, "/log", state.log, step_fields());
  write_loss_log(file, "/validations", state.validations, validation_fields());
}

TrainingState read_training(const archive::File& file) {
  TrainingState state;
  state.step = file.int_attribute("/state", "step");
  state.optimiser.steps = file.int_attribute("/state", "optimiser_steps");
  state.best_step = file.int_attribute("/state", "best_step");
  state.best_score = file.double_attribute("/state", "best_score");
  if (file.has_attribute("/state", "has_extra_validation"))
    state.has_extra_validation = file.int_attribute("/state", "has_extra_validation") != 0;
  state.wall_seconds = file.double_attribute("/state", "wall_seconds");
  state.cpu_seconds = file.double_attribute("/state", "cpu_seconds");
  if (file.has_attribute("/state", "started")) {
    state.started = file.string_attribute("/state", "started");
    state.ended = file.string_attribute("/state", "ended");
  }
  state.parameters = file.read_doubles("/state/parameters");
  state.optimiser.m = file.read_doubles("/state/m");
  state.optimiser.v = file.read_doubles("/state/v");
  state.optimiser.v_max = file.read_doubles("/state/v_max");
  state.data = file.read_doubles("/state/data");
  state.best_parameters = file.read_doubles("/state/best_parameters");
  state.log = read_log(file, "/log", step_fields());
  state.validations = read_log(file, "/validations", validation_fields());
  return state;
}

void write_train_group(archive::File& file, const TrainingState& state) {
  std::vector<std::vector<double>> columns;
  std::vector<archive::Variable> variables;
  columns.reserve(step_fields().size() + validation_fields().size());
  for (const auto& field : step_fields()) {
    columns.push_back(column(state.log, field));
    variables.push_back({field.name, {"step"}, std::span<const double>(columns.back())});
  }
  for (const auto& field : validation_fields()) {
    columns.push_back(column(state.validations, field));
    variables.push_back({field.name, {"validation_step"}, std::span<const double>(columns.back())});
  }
  archive::write_xarray_group(
      file, "/train",
      {{"step", steps_of(state.log)}, {"validation_step", steps_of(state.validations)}}, variables);
}

}  // namespace nmc::drivers
