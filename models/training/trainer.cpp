#include "models/training/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "models/training/batch_quality.hpp"

namespace nmc {
namespace {

void check_reverse(const Trainable& model, const Objective& objective) {
  require(objective.target != nullptr, "reverse training needs a target");
  require(!model.needs_target_gradient() || objective.target->is_differentiable(),
          "reverse training needs a differentiable density, and this one has none; use system "
          "dual_ising in place of ising, or objective = forward with data");
}

void check_fit(const Trainable& model, const Objective& objective) {
  require(objective.forward_weight >= 0 && objective.forward_weight <= 1,
          "forward_weight = " + std::to_string(objective.forward_weight) + " must lie in 0 ... 1");
  if (objective.forward_weight < 1) check_reverse(model, objective);
  if (objective.target != nullptr) {
    require(objective.target->sites() == model.sites(),
            "the model has " + std::to_string(model.sites()) + " sites, the system has " +
                std::to_string(objective.target->sites()));
    require(objective.target->support() == model.support(),
            "the model has " + in_words(model.support()) + " and the system " +
                in_words(objective.target->support()));
  }
  if (objective.forward_weight > 0) {
    require(objective.data != nullptr,
            "forward training needs data; set train.data = FILE:dataset");
    require(objective.data->sites() == model.sites(),
            "the model has " + std::to_string(model.sites()) + " sites, the data set has " +
                std::to_string(objective.data->sites()));
  }
}

// Where the target is not differentiated through the draws, the gradient is that of the score.
void check_batch(const Trainable& model, const Objective& objective, Index batch) {
  if (objective.forward_weight == 1 || model.needs_target_gradient()) return;
  require(batch >= 2,
          "batch = 1: a network of spins learns from which of the draws of a step are better than "
          "the others, and one draw alone teaches nothing; set train.batch to 2 or more");
}

void check_options(const TrainingOptions& options) {
  require(options.steps >= 1, "steps = " + std::to_string(options.steps) + " must be positive");
  require(options.batch >= 1, "batch = " + std::to_string(options.batch) + " must be positive");
  require(options.validate_batch >= 2,
          "validate_batch = " + std::to_string(options.validate_batch) + " must be at least 2");
  check(options.schedule);
}

double wall_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

Trainer::Trainer(Trainable& model, Objective objective, TrainingOptions options, Workers workers)
    : model_(model),
      objective_(std::move(objective)),
      options_(options),
      workers_(workers),
      optimiser_(static_cast<Index>(std::as_const(model).parameters().size()), options_.adam) {
  options_.schedule.steps = options_.steps;
  check_options(options_);
  check_fit(model_, objective_);
  check_batch(model_, objective_, options_.batch);
}

BatchTask Trainer::task(Purpose purpose, Index rows) const {
  return {.model = &model_,
          .target = objective_.target,
          .data = objective_.data,
          .forward_weight = objective_.forward_weight,
          .streams = {.seed = options_.seed,
                      .step = static_cast<std::uint64_t>(state_.step),
                      .purpose = purpose},
          .rows = rows,
          .workers = workers_};
}

StepRecord Trainer::step() {
  if (objective_.data != nullptr) objective_.data->advance(state_.step);
  BatchTask batch = task(Purpose::train, options_.batch);
  if (objective_.target_at) batch.target = &objective_.target_at(state_.step);
  BatchLoss loss = evaluate_batch(batch, parts_);
  check_finite(batch, loss);

  StepRecord record;
  record.step = state_.step;
  const bool is_final = batch.target == objective_.target;
  if (loss.reverse.size() > 0) {
    record.reverse = judge(loss.reverse, is_final ? objective_.log_z : std::nullopt);
  }
  if (loss.forward.size() > 0) {
    record.forward_loss = loss.forward.mean();
    record.forward_loss_error = standard_error(loss.forward);
  }
  record.gradient_norm = clip_norm(loss.grad, options_.clip);
  record.learning_rate = options_.schedule.at(state_.step);
  optimiser_.step(model_.parameters(), loss.grad, record.learning_rate, *workers_.threads);
  model_.parameters_changed();
  state_.step += 1;
  return record;
}

ValidationRecord Trainer::validate(bool is_regular) {
  ValidationRecord record;
  record.step = state_.step;
  if (objective_.target != nullptr) {
    const BatchTask fresh = task(Purpose::validate, options_.validate_batch);
    const Column losses = fresh_losses(fresh);
    check_finite(fresh, {.reverse = losses, .forward = {}, .grad = {}});
    record.reverse = judge(losses, objective_.log_z);
    record.score = record.reverse.loss;
  }
  if (objective_.forward_weight > 0) {
    const BatchTask held_out = task(Purpose::validate, options_.batch);
    const Column losses = data_losses(held_out);
    check_finite(held_out, {.reverse = {}, .forward = losses, .grad = {}});
    record.forward_loss = losses.mean();
    if (objective_.target == nullptr) record.score = record.forward_loss;
  }
  state_.has_extra_validation = !is_regular;
  if (is_regular && (state_.best_step < 0 || record.score < state_.best_score)) {
    const auto parameters = std::as_const(model_).parameters();
    state_.best_step = state_.step;
    state_.best_score = record.score;
    state_.best_parameters.assign(parameters.begin(), parameters.end());
  }
  state_.validations.push_back(record);
  return record;
}

std::optional<TrainingEnd> end_of(const TrainingState& state, const TrainingOptions& options) {
  if (state.step >= options.steps) return TrainingEnd::steps;
  if (options.stop_at_ess > 0 && !state.validations.empty() &&
      state.validations.back().reverse.ess >= options.stop_at_ess)
    return TrainingEnd::ess;
  if (options.stop_after_seconds > 0 && state.wall_seconds >= options.stop_after_seconds)
    return TrainingEnd::time;
  return std::nullopt;
}

TrainingEnd Trainer::run(const OnStep& on_step, const OnValidation& on_validation) {
  if (const auto end = end_of(state_, options_)) return *end;
  const double wall_start = wall_now() - state_.wall_seconds;
  const double cpu_before = state_.cpu_seconds, cpu_start = cpu_now();
  if (state_.has_extra_validation) {
    state_.validations.pop_back();
    state_.has_extra_validation = false;
  }
  while (state_.step < options_.steps) {
    StepRecord record = step();
    record.wall_seconds = state_.wall_seconds = wall_now() - wall_start;
    const Column cpu_here = Column::Constant(1, cpu_now() - cpu_start);
    record.cpu_seconds = state_.cpu_seconds = cpu_before + workers_.ranks->ordered_sum(cpu_here);
    state_.log.push_back(record);

    // Clocks and signals differ between ranks: what one sees counts for all.
    const bool is_out_of_time =
        options_.stop_after_seconds > 0 &&
        workers_.ranks->any(state_.wall_seconds >= options_.stop_after_seconds);
    const bool is_due = options_.validate_every > 0 && state_.step % options_.validate_every == 0;
    if (is_due || is_out_of_time || state_.step == options_.steps) {
      const ValidationRecord validation = validate(is_due);
      if (on_validation) on_validation(validation);
      if (options_.stop_at_ess > 0 && validation.reverse.ess >= options_.stop_at_ess) {
        return TrainingEnd::ess;
      }
    }
    if (on_step && workers_.ranks->any(!on_step(record))) return TrainingEnd::callback;
    if (is_out_of_time) return TrainingEnd::time;
  }
  return TrainingEnd::steps;
}

TrainingState Trainer::state() const {
  TrainingState state = state_;
  const auto parameters = std::as_const(model_).parameters();
  state.parameters.assign(parameters.begin(), parameters.end());
  state.optimiser = optimiser_.state();
  if (objective_.data != nullptr) state.data = objective_.data->state();
  return state;
}

void Trainer::set_state(TrainingState state) {
  const auto parameters = model_.parameters();
  require(state.parameters.size() == parameters.size(),
          "the training state holds " + std::to_string(state.parameters.size()) +
              " parameters, the model has " + std::to_string(parameters.size()));
  optimiser_.set_state(std::move(state.optimiser));
  std::ranges::copy(state.parameters, parameters.begin());
  model_.parameters_changed();
  if (objective_.data != nullptr) objective_.data->set_state(state.data);
  state_ = std::move(state);
}

bool Trainer::restore_best() {
  if (state_.has_extra_validation &&
      (state_.best_step < 0 || state_.validations.back().score < state_.best_score))
    return true;  // the parameters of the end are the best
  if (state_.best_step < 0) return false;
  std::ranges::copy(state_.best_parameters, model_.parameters().begin());
  model_.parameters_changed();
  return true;
}

}  // namespace nmc
