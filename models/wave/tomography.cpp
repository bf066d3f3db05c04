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

Tomography::Tomography(const SplitShots& shots, Makers makers, const TomographyOptions& options,
                       const Threads& threads)
    : likelihood_(shots.rest),
      makers_(std::move(makers)),
      options_(options),
      threads_(threads),
      best_(makers_.psi(0)) {
  require(best_->sites() == shots.rest.sites(), "shots and a wave function of different qubits");
  require(options.starts >= 1 && options.steps >= 1 && options.patience >= 1,
          "a tomography needs starts, steps and patience");
  if (shots.part.total() > 0) held_out_.emplace(shots.part);
  begin();
}

void Tomography::begin() {
  is_leading_ = static_cast<bool>(makers_.leader);
  psi_ = (is_leading_ ? makers_.leader : makers_.psi)(std::ssize(starts_));
  minimiser_.emplace(parameters_of(std::as_const(*psi_)));
  starts_.emplace_back();
  lead_ = {};
}

void Tomography::follow() {
  is_leading_ = false;
  std::unique_ptr<WaveFunction> psi = makers_.psi(std::ssize(starts_) - 1);
  set_parameters(*psi, std::span(minimiser_->x()).first(psi->parameters().size()));
  psi_ = std::move(psi);
  minimiser_.emplace(parameters_of(std::as_const(*psi_)));
  starts_.back().steps = lead_.steps;
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
  TomographyStart& course = this->course();
  const bool is_better = (held_out_ ? here.held_out : here.nll) < judged(course);
  if (!is_better) return;
  course.best_step = course.steps;
  course.nll = here.nll;
  course.held_out = here.held_out;
  if (!is_leading_ && best_start() + 1 == starts_.size()) set_parameters(*best_, minimiser_->x());
}

bool Tomography::has_patience() const {
  const TomographyStart& course = is_leading_ ? lead_ : starts_.back();
  const Index most = is_leading_ ? options_.steps / 2 : options_.steps;
  const bool is_patient = !held_out_ || course.steps - course.best_step < options_.patience;
  return is_patient && course.steps < most;
}

bool Tomography::step() {
  if (is_done_) return false;
  evaluated_.clear();
  const bool goes_on = minimiser_->step(
      [this](std::span<const double> x, std::span<double> grad) { return evaluate(x, grad); });
  ++done_;
  ++course().steps;
  // The point where the step ended is one of those that its search tried.
  const auto here = std::ranges::find(evaluated_, minimiser_->value(), &Evaluated::nll);
  if (here != evaluated_.end()) keep(*here);
  if (goes_on && has_patience()) return true;
  if (is_leading_) {
    follow();
    return true;
  }
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
                              is_leading_ ? 1.0 : 0.0, static_cast<double>(starts_.size())};
  const auto add = [&numbers](const TomographyStart& start) {
    numbers.insert(numbers.end(),
                   {static_cast<double>(start.steps), static_cast<double>(start.best_step),
                    start.nll, start.held_out});
  };
  for (const TomographyStart& start : starts_) add(start);
  add(lead_);
  const std::vector<double> best = parameters_of(std::as_const(*best_)), here = minimiser_->state();
  numbers.insert(numbers.end(), best.begin(), best.end());
  numbers.insert(numbers.end(), here.begin(), here.end());
  return numbers;
}

void Tomography::set_state(std::span<const double> state) {
  constexpr std::size_t kHead = 4, kPerStart = 4;
  const char* const kOther = "the checkpoint is of another tomography";
  require(state.size() > kHead, kOther);
  const auto starts = static_cast<std::size_t>(state[3]);
  const std::size_t size = std::as_const(*best_).parameters().size();
  const std::size_t courses = kPerStart * (starts + 1);
  const bool leads = state[2] != 0;
  require(starts >= 1 && state.size() > kHead + courses + size, kOther);
  require(!leads || makers_.leader, kOther);
  done_ = static_cast<Index>(state[0]);
  is_done_ = state[1] != 0;
  starts_.clear();
  for (std::size_t k = 0; k <= starts; ++k) {
    const auto own = state.subspan(kHead + kPerStart * k, kPerStart);
    starts_.push_back({static_cast<Index>(own[0]), static_cast<Index>(own[1]), own[2], own[3]});
  }
  lead_ = starts_.back();
  starts_.pop_back();
  is_leading_ = leads;
  psi_ = (leads ? makers_.leader : makers_.psi)(std::ssize(starts_) - 1);
  minimiser_.emplace(parameters_of(std::as_const(*psi_)));
  set_parameters(*best_, state.subspan(kHead + courses, size));
  minimiser_->set_state(state.subspan(kHead + courses + size));
}

}  // namespace nmc
