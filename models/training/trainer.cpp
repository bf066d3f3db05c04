#include "models/training/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/cpu_clock.hpp"
#include "core/errors.hpp"
#include "models/training/batch_loss.hpp"
#include "models/training/batch_quality.hpp"

namespace nmc {
namespace {

void check_options(const TrainingOptions& options) {
  require(options.steps >= 1, "steps = " + std::to_string(options.steps) + " must be positive");
  require(options.batch >= 1, "batch = " + std::to_string(options.batch) + " must be positive");
  require(options.validate_batch >= 2,
          "validate_batch = " + std::to_string(options.validate_batch) + " must be at least 2");
  check(options.schedule);
  check(options.adam);
}

double wall_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What is written `loss` is ln q - ln p; a name stands for one column.
void check_columns(const std::vector<LossColumn>& columns) {
  std::set<std::string> names;
  for (const LossColumn& column : columns)
    if (!names.insert(column.name).second || (column.name == "loss") != column.is_log_ratio)
      throw std::logic_error(
          "columns of an objective have names of their own, and `loss` is that "
          "of ln q - ln p: " +
          column.name);
}

/// Into the record of a step or a validation; returns the mean. NumericalError where a loss is not
/// finite.
template <class Record>
double put_loss(const BatchRows& rows, const LossColumn& column, const Column& losses,
                Record& record) {
  check_finite(rows, column, losses);
  if (column.is_log_ratio) {
    record.reverse = judge(losses, column.log_z);
    return record.reverse.loss;
  }
  record.losses.push_back({column.name, losses.mean(), standard_error(losses)});
  return record.losses.back().mean;
}

}  // namespace

Trainer::Trainer(Parametric& model, Objective& objective, TrainingOptions options, Workers workers)
    : model_(model), objective_(objective), options_(options), workers_(workers) {
  options_.schedule.steps = options_.steps;
  check_options(options_);
  objective_.check_batch(options_.batch);
  check_columns(objective_.columns());
  check_columns(objective_.validation_columns());
}

BatchRows Trainer::batch(Purpose purpose, Index rows) const {
  return {.streams = {.seed = options_.seed,
                      .step = static_cast<std::uint64_t>(progress_.step),
                      .purpose = purpose},
          .rows = rows,
          .workers = workers_};
}

StepRecord Trainer::step() {
  objective_.advance(progress_.step);
  const BatchRows rows = batch(Purpose::train, options_.batch);
  const auto [losses, grad] =
      evaluate_batch(objective_, rows, std::ssize(model_.parameters()), sum_);
  StepRecord record;
  record.step = progress_.step;
  const std::vector<LossColumn> columns = objective_.columns();
  for (Index c = 0; c < losses.cols(); ++c)
    put_loss(rows, columns[static_cast<std::size_t>(c)], losses.col(c), record);
  check_finite(objective_, rows, grad);
  record.gradient_norm = clip_norm(grad, options_.clip);
  record.learning_rate = options_.schedule.at(progress_.step);
  optimiser_->step(model_.parameters(), grad, record.learning_rate, *workers_.threads);
  model_.parameters_changed();
  progress_.step += 1;
  return record;
}

ValidationRecord Trainer::validate(bool is_regular) {
  ValidationRecord record;
  record.step = progress_.step;
  const std::vector<LossColumn> columns = objective_.validation_columns();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const BatchRows rows = batch(
        Purpose::validate, columns[c].is_log_ratio ? options_.validate_batch : options_.batch);
    const double mean =
        put_loss(rows, columns[c], validate_batch(objective_, rows, static_cast<Index>(c)), record);
    if (c == 0) record.score = mean;
  }
  progress_.has_extra_validation = !is_regular;
  if (is_regular && (progress_.best_step < 0 || record.score < progress_.best_score)) {
    const auto parameters = std::as_const(model_).parameters();
    progress_.best_step = progress_.step;
    progress_.best_score = record.score;
    best_.assign(parameters.begin(), parameters.end());
  }
  progress_.validations.push_back(record);
  return record;
}

TrainingEnd Trainer::run(const OnStep& on_step, const OnValidation& on_validation) {
  if (const auto end = end_of(progress_, options_)) return *end;
  if (!optimiser_) optimiser_.emplace(std::ssize(model_.parameters()), options_.adam);
  const double wall_start = wall_now() - progress_.wall_seconds;
  const double cpu_before = progress_.cpu_seconds, cpu_start = cpu_now();
  if (progress_.has_extra_validation) {
    progress_.validations.pop_back();
    progress_.has_extra_validation = false;
  }
  while (progress_.step < options_.steps) {
    StepRecord record = step();
    record.wall_seconds = progress_.wall_seconds = wall_now() - wall_start;
    const Column cpu_here = Column::Constant(1, cpu_now() - cpu_start);
    record.cpu_seconds = progress_.cpu_seconds = cpu_before + workers_.ranks->ordered_sum(cpu_here);
    progress_.log.push_back(record);

    // Clocks and signals differ between ranks: what one sees counts for all.
    const bool is_out_of_time =
        options_.stop_after_seconds > 0 &&
        workers_.ranks->any(progress_.wall_seconds >= options_.stop_after_seconds);
    const bool is_due =
        options_.validate_every > 0 && progress_.step % options_.validate_every == 0;
    if (is_due || is_out_of_time || progress_.step == options_.steps) {
      const ValidationRecord validation = validate(is_due);
      if (on_validation) on_validation(validation);
      if (options_.stop_at_ess > 0 && validation.reverse.ess >= options_.stop_at_ess) {
        return TrainingEnd::ess;
      }
      if (is_out_of_patience(progress_, options_.patience)) return TrainingEnd::patience;
    }
    if (on_step && workers_.ranks->any(!on_step(record))) return TrainingEnd::callback;
    if (is_out_of_time) return TrainingEnd::time;
  }
  return TrainingEnd::steps;
}

void Trainer::visit(const std::function<void(const TrainingView&)>& use) const {
  const std::vector<double> data = objective_.state();
  TrainingView view{.progress = progress_,
                    .parameters = std::as_const(model_).parameters(),
                    .data = data,
                    .best_parameters = best_};
  if (optimiser_) {
    const AdamState& adam = optimiser_->state();
    view.optimiser_steps = adam.steps;
    view.m = adam.m;
    view.v = adam.v;
    view.v_max = adam.v_max;
  }
  use(view);
}

void Trainer::set_state(TrainingState state) {
  const auto parameters = model_.parameters();
  require(state.parameters.size() == parameters.size(),
          "the training state holds " + std::to_string(state.parameters.size()) +
              " parameters, the model has " + std::to_string(parameters.size()));
  if (state.step > 0 || !state.optimiser.m.empty())
    optimiser_.emplace(std::ssize(parameters), options_.adam, std::move(state.optimiser));
  std::ranges::copy(state.parameters, parameters.begin());
  model_.parameters_changed();
  objective_.set_state(state.data);
  best_ = std::move(state.best_parameters);
  progress_ = static_cast<TrainingProgress&&>(state);
}

bool Trainer::restore_best() {
  if (progress_.has_extra_validation &&
      (progress_.best_step < 0 || progress_.validations.back().score < progress_.best_score))
    return true;  // the parameters of the end are the best
  if (progress_.best_step < 0) return false;
  std::ranges::copy(best_, model_.parameters().begin());
  model_.parameters_changed();
  return true;
}

}  // namespace nmc
