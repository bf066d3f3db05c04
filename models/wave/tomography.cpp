#include "models/wave/tomography.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

void set_parameters(WaveFunction& psi, std::span<const double> x) {
  std::ranges::copy(x, psi.parameters().begin());
  psi.parameters_changed();
}

std::vector<double> parameters_of(const WaveFunction& psi) {
  return {psi.parameters().begin(), psi.parameters().end()};
}

}  // namespace

Tomography::Tomography(const SplitShots& shots, Maker maker, const TomographyOptions& options,
                       const Threads& threads)
    : likelihood_(shots.rest),
      maker_(std::move(maker)),
      options_(options),
      threads_(threads),
      best_(maker_(0)) {
  require(best_->sites() == shots.rest.sites(), "shots and a wave function of different qubits");
  require(options.starts >= 1 && options.steps >= 1 && options.patience >= 1,
          "a tomography needs starts, steps and patience");
  if (shots.part.total() > 0) held_out_.emplace(shots.part);
  begin();
}

void Tomography::begin() {
  psi_ = maker_(std::ssize(starts_));
  minimiser_.emplace(parameters_of(std::as_const(*psi_)));
  starts_.emplace_back();
}

// Where a search went so far that psi is not finite, it is told to come back.
double Tomography::evaluate(std::span<const double> x, std::span<double> gradient) {
  set_parameters(*psi_, x);
  Eigen::VectorXcd whole;
  try {
    whole = whole_state(*psi_, threads_);
  } catch (const NumericalError&) {
    std::ranges::fill(gradient, 0.0);
    return std::numeric_limits<double>::infinity();
  }
  StateWeights derivatives;
  const double nll = likelihood_.nll(whole, derivatives);
  const Eigen::VectorXd by_parameters = pulled_back(*psi_, derivatives, threads_);
  std::ranges::copy(by_parameters, gradient.begin());
  evaluated_.push_back({nll, held_out_ ? held_out_->nll(whole) : nll});
  return nll;
}

void Tomography::keep(const Evaluated& here) {
  TomographyStart& start = starts_.back();
  const bool is_better = (held_out_ ? here.held_out : here.nll) < judged(start);
  if (!is_better) return;
  start.best_step = start.steps;
  start.nll = here.nll;
  start.held_out = here.held_out;
  if (best_start() + 1 == starts_.size()) set_parameters(*best_, minimiser_->x());
}

bool Tomography::step() {
  if (is_done_) return false;
  evaluated_.clear();
  const bool goes_on = minimiser_->step(
      [this](std::span<const double> x, std::span<double> grad) { return evaluate(x, grad); });
  ++done_;
  TomographyStart& start = starts_.back();
  ++start.steps;
  // The point where the step ended is one of those that its search tried.
  const auto here = std::ranges::find(evaluated_, minimiser_->value(), &Evaluated::nll);
  if (here != evaluated_.end()) keep(*here);
  const bool is_patient = !held_out_ || start.steps - start.best_step < options_.patience;
  if (goes_on && is_patient && start.steps < options_.steps) return true;
  is_done_ = std::ssize(starts_) >= options_.starts;
  if (!is_done_) begin();
  return !is_done_;
}

std::size_t Tomography::best_start() const {
  const auto best = std::ranges::min_element(
      starts_, [this](const auto& a, const auto& b) { return judged(a) < judged(b); });
  return static_cast<std::size_t>(best - starts_.begin());
}

std::vector<double> Tomography::state() const {
  std::vector<double> numbers{static_cast<double>(done_), is_done_ ? 1.0 : 0.0,
                              static_cast<double>(starts_.size())};
  for (const TomographyStart& start : starts_)
    numbers.insert(numbers.end(),
                   {static_cast<double>(start.steps), static_cast<double>(start.best_step),
                    start.nll, start.held_out});
  const std::vector<double> best = parameters_of(std::as_const(*best_)), here = minimiser_->state();
  numbers.insert(numbers.end(), best.begin(), best.end());
  numbers.insert(numbers.end(), here.begin(), here.end());
  return numbers;
}

void Tomography::set_state(std::span<const double> state) {
  constexpr std::size_t kHead = 3, kPerStart = 4;
  const char* const kOther = "the checkpoint is of another tomography";
  require(state.size() > kHead, kOther);
  const auto starts = static_cast<std::size_t>(state[2]);
  const std::size_t size = std::as_const(*best_).parameters().size();
  require(starts >= 1 && state.size() > kHead + kPerStart * starts + size, kOther);
  done_ = static_cast<Index>(state[0]);
  is_done_ = state[1] != 0;
  starts_.clear();
  for (std::size_t k = 0; k < starts; ++k) {
    const auto own = state.subspan(kHead + kPerStart * k, kPerStart);
    starts_.push_back({static_cast<Index>(own[0]), static_cast<Index>(own[1]), own[2], own[3]});
  }
  set_parameters(*best_, state.subspan(kHead + kPerStart * starts, size));
  minimiser_->set_state(state.subspan(kHead + kPerStart * starts + size));
}

}  // namespace nmc
