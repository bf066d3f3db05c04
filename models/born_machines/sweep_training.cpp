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

/// Independent spins, each with its mean over the data; one more of either value, so that none is
/// impossible, but for the first of data that were turned to have it up.
std::vector<SpinMatrices> independent_spins(const SpinData& data, Index rows, bool first_is_up) {
  std::vector<SpinMatrices> chain;
  for (const auto& up : data.up) {
    double share = 0;
    for (Index c = 0; c < data.count(); ++c)
      share += up[static_cast<std::size_t>(c)] * data.weight(c);
    const auto n = static_cast<double>(rows);
    share = chain.empty() && first_is_up ? 1 : (n * share + 1) / (n + 2);
    chain.push_back({Eigen::MatrixXd::Constant(1, 1, std::sqrt(1 - share)),
                     Eigen::MatrixXd::Constant(1, 1, std::sqrt(share))});
  }
  return chain;
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
  const MpsSpec& spec = model_.machine->spec();
  require(spec.ends == MpsEnds::open,
          "two-site sweeps need the canonical form of an open chain, which a ring has not: set "
          "boundary = open, or train it by adam");
  require(data_.train.rows() > 0 && data_.train.cols() == spec.sites,
          fmt::format("{} configurations of {} sites to learn from; the machine has {} sites",
                      data_.train.rows(), data_.train.cols(), spec.sites));
  swept_ = spin_data(model_.is_mixed ? turned_up(data_.train, spec.order.front()) : data_.train,
                     spec.order);
  if (options.begins_anew)
    model_.machine->set_chain(independent_spins(swept_, data_.train.rows(), model_.is_mixed));
  const MpsSweeper check(model_.machine->chain(), swept_, options_.pairs);
}

// From the chain alone, so that a training which was resumed makes the same steps.
StepRecord SweepTraining::step() {
  MpsSweeper sweeper(model_.machine->chain(), swept_, options_.pairs);
  sweeper.sweep();
  model_.machine->set_chain(sweeper.chain());
  StepRecord record;
  record.step = state_.step;
  record.losses.push_back(loss_over(*model_.whole, data_.train));
  state_.step += 1;
  return record;
}

ValidationRecord SweepTraining::validate() {
  ValidationRecord record;
  record.step = state_.step;
  const bool has_own = data_.held_out.rows() > 0;
  record.losses.push_back(has_own ? loss_over(*model_.whole, data_.held_out)
                                  : state_.log.back().losses.front());
  record.score = record.losses.front().mean;
  if (state_.best_step < 0 || record.score < state_.best_score) {
    state_.best_step = state_.step;
    state_.best_score = record.score;
    state_.best_parameters = pack(model_.machine->chain());
    best_bonds_ = as_doubles(model_.machine->spec().bonds);
  }
  state_.validations.push_back(record);
  return record;
}

TrainingEnd SweepTraining::run(const OnStep& on_step, const OnValidation& on_validation) {
  if (const auto end = end_of(state_, options_.limits)) return *end;
  const double wall_start = wall_seconds() - state_.wall_seconds;
  const double cpu_start = cpu_seconds() - state_.cpu_seconds;
  while (state_.step < options_.limits.steps) {
    StepRecord record = step();
    record.wall_seconds = state_.wall_seconds = wall_seconds() - wall_start;
    record.cpu_seconds = state_.cpu_seconds = cpu_seconds() - cpu_start;
    state_.log.push_back(record);
    const ValidationRecord validation = validate();
    if (on_validation) on_validation(validation);
    // Clocks and signals differ between ranks: what one sees counts for all.
    if (on_step && workers_.ranks->any(!on_step(record))) return TrainingEnd::callback;
    const auto end = end_of(state_, options_.limits);
    if (workers_.ranks->any(end.has_value())) return end.value_or(TrainingEnd::time);
  }
  return TrainingEnd::steps;
}

// `data` holds the bonds of now, and then those of the best state.
TrainingState SweepTraining::state() const {
  TrainingState state = state_;
  state.parameters = pack(model_.machine->chain());
  state.data = as_doubles(model_.machine->spec().bonds);
  state.data.insert(state.data.end(), best_bonds_.begin(), best_bonds_.end());
  return state;
}

void SweepTraining::set_numbers(const std::vector<double>& bonds,
                                const std::vector<double>& numbers) {
  MpsSpec spec = model_.machine->spec();
  spec.bonds.assign(bonds.begin(), bonds.end());
  check(spec);
  require(std::ssize(numbers) == spec.parameter_count(),
          fmt::format("the training state holds {} numbers for bonds of {}", numbers.size(),
                      spec.parameter_count()));
  model_.machine->set_chain(unpack(spec, numbers));
}

void SweepTraining::set_state(TrainingState state) {
  const auto bonds = static_cast<std::size_t>(model_.machine->sites() + 1);
  require(state.data.size() == bonds || state.data.size() == 2 * bonds,
          "the training state is none of sweeps over this many sites");
  const auto middle = state.data.begin() + static_cast<std::ptrdiff_t>(bonds);
  set_numbers({state.data.begin(), middle}, state.parameters);
  best_bonds_.assign(middle, state.data.end());
  state_ = std::move(state);
}

double SweepTraining::bytes() const {
  double bonds = 0;
  for (const Index bond : model_.machine->spec().bonds) bonds += static_cast<double>(bond);
  return 2 * sizeof(double) * bonds * static_cast<double>(swept_.count());
}

bool SweepTraining::restore_best() {
  if (state_.best_step < 0) return false;
  set_numbers(best_bonds_, state_.best_parameters);
  return true;
}

}  // namespace nmc
