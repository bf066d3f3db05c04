#include "models/born_machines/sweep_training.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// The share of the data that has each spin up; one more of either value, so that none is
/// impossible, but for the first of data that were turned to have it up.
Column shares_up(const SpinData& data, Index rows, bool first_is_up) {
  Column shares(data.places());
  const auto n = static_cast<double>(rows);
  for (Index place = 0; place < data.places(); ++place) {
    double share = 0;
    for (Index c = 0; c < data.count(); ++c)
      share +=
          data.up[static_cast<std::size_t>(place)][static_cast<std::size_t>(c)] * data.weight(c);
    shares(place) = (n * share + 1) / (n + 2);
  }
  if (first_is_up) shares(0) = 1;
  return shares;
}

Batch turned_up(const Batch& s, Index site) {
  return s.colwise() * s.col(site);
}

std::vector<double> as_doubles(const std::vector<Index>& numbers) {
  return {numbers.begin(), numbers.end()};
}

NamedLoss loss_over(const Trainable& model, const Batch& s) {
  const Column loss = -model.log_prob(s);
  const auto n = static_cast<double>(loss.size());
  const double mean = loss.mean();
  if (!std::isfinite(mean)) throw NumericalError("the likelihood of the data is not finite");
  return {"forward_loss", mean,
          std::sqrt((loss - mean).square().sum() / std::max(1.0, n * (n - 1)))};
}

}  // namespace

SweepTraining::SweepTraining(const SweptModel& model, SweptData data, const SweepOptions& options,
                             Workers workers)
    : model_(model), data_(std::move(data)), options_(options), workers_(workers) {
  const std::vector<Index>& order = model_.machine->places();
  model_.machine->check_sweeps();
  require(data_.train.rows() > 0 && data_.train.cols() == std::ssize(order),
          fmt::format("{} configurations of {} sites to learn from; the machine has {} sites",
                      data_.train.rows(), data_.train.cols(), order.size()));
  swept_ = spin_data(model_.is_mixed ? turned_up(data_.train, order.front()) : data_.train, order);
  if (options.begins_anew)
    model_.machine->set_independent(shares_up(swept_, data_.train.rows(), model_.is_mixed));
  model_.machine->check_data(swept_);
}

// From the numbers alone, so that a training which was resumed makes the same steps.
StepRecord SweepTraining::step() {
  model_.machine->sweep(swept_, options_.pairs);
  StepRecord record;
  record.step = progress_.step;
  record.losses.push_back(loss_over(*model_.whole, data_.train));
  progress_.step += 1;
  return record;
}

ValidationRecord SweepTraining::validate() {
  ValidationRecord record;
  record.step = progress_.step;
  const bool has_own = data_.held_out.rows() > 0;
  record.losses.push_back(has_own ? loss_over(*model_.whole, data_.held_out)
                                  : progress_.log.back().losses.front());
  record.score = record.losses.front().mean;
  if (progress_.best_step < 0 || record.score < progress_.best_score) {
    progress_.best_step = progress_.step;
    progress_.best_score = record.score;
    best_ = model_.machine->numbers();
    best_bonds_ = as_doubles(model_.machine->bonds());
  }
  progress_.validations.push_back(record);
  return record;
}

TrainingEnd SweepTraining::run(const OnStep& on_step, const OnValidation& on_validation) {
  if (const auto end = end_of(progress_, options_.limits)) return *end;
  const double wall_start = wall_seconds() - progress_.wall_seconds;
  const double cpu_start = cpu_seconds() - progress_.cpu_seconds;
  while (progress_.step < options_.limits.steps) {
    StepRecord record = step();
    record.wall_seconds = progress_.wall_seconds = wall_seconds() - wall_start;
    record.cpu_seconds = progress_.cpu_seconds = cpu_seconds() - cpu_start;
    progress_.log.push_back(record);
    const ValidationRecord validation = validate();
    if (on_validation) on_validation(validation);
    // Clocks and signals differ between ranks: what one sees counts for all.
    if (on_step && workers_.ranks->any(!on_step(record))) return TrainingEnd::callback;
    const auto end = end_of(progress_, options_.limits);
    if (workers_.ranks->any(end.has_value())) return end.value_or(TrainingEnd::time);
  }
  return TrainingEnd::steps;
}

void SweepTraining::visit(const std::function<void(const TrainingView&)>& use) const {
  const std::vector<double> numbers = model_.machine->numbers();
  std::vector<double> bonds = as_doubles(model_.machine->bonds());
  bonds.insert(bonds.end(), best_bonds_.begin(), best_bonds_.end());
  use({.progress = progress_, .parameters = numbers, .data = bonds, .best_parameters = best_});
}

void SweepTraining::set_numbers(const std::vector<double>& bonds,
                                const std::vector<double>& numbers) {
  const std::vector<Index> as_bonds(bonds.begin(), bonds.end());
  const Index needed = model_.machine->number_count(as_bonds);
  require(
      std::ssize(numbers) == needed,
      fmt::format("the training state holds {} numbers for bonds of {}", numbers.size(), needed));
  model_.machine->set_numbers(as_bonds, numbers);
}

void SweepTraining::set_state(TrainingState state) {
  const auto bonds = model_.machine->bonds().size();
  require(state.data.size() == bonds || state.data.size() == 2 * bonds,
          "the training state is none of sweeps over this many sites");
  const auto middle = state.data.begin() + static_cast<std::ptrdiff_t>(bonds);
  set_numbers({state.data.begin(), middle}, state.parameters);
  best_bonds_.assign(middle, state.data.end());
  best_ = std::move(state.best_parameters);
  progress_ = static_cast<TrainingProgress&&>(state);
}

double SweepTraining::bytes() const {
  double bonds = 0;
  for (const Index bond : model_.machine->bonds()) bonds += static_cast<double>(bond);
  return 2 * sizeof(double) * bonds * static_cast<double>(swept_.count());
}

bool SweepTraining::restore_best() {
  if (progress_.best_step < 0) return false;
  set_numbers(best_bonds_, best_);
  return true;
}

}  // namespace nmc
