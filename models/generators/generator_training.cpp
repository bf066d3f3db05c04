#include "models/generators/generator_training.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Rows of a batch, with replacement.
Batch some_rows_of(const Batch& x, const Streams& streams, Index count) {
  const Column u = uniform_column(streams.with(Purpose::data), count);
  Batch rows(count, x.cols());
  for (Index r = 0; r < count; ++r)
    rows.row(r) =
        x.row(std::min(static_cast<Index>(u(r) * static_cast<double>(x.rows())), x.rows() - 1));
  return rows;
}

void append(std::vector<double>& all, std::span<const double> more) {
  all.insert(all.end(), more.begin(), more.end());
}

void append(std::vector<double>& all, const Adam& adam) {
  all.push_back(static_cast<double>(adam.state().steps));
  append(all, adam.state().m);
  append(all, adam.state().v);
}

/// Takes numbers from the front.
std::span<const double> take(std::span<const double>& rest, std::size_t count) {
  require(rest.size() >= count, "the checkpoint is of another training");
  const auto front = rest.first(count);
  rest = rest.subspan(count);
  return front;
}

void take(std::span<const double>& rest, Adam& adam) {
  AdamState state = adam.state();
  state.steps = static_cast<Index>(take(rest, 1).front());
  std::ranges::copy(take(rest, state.m.size()), state.m.begin());
  std::ranges::copy(take(rest, state.v.size()), state.v.begin());
  adam.set_state(std::move(state));
}

void take_parameters(std::span<const double>& rest, Parametric& model) {
  const std::span<double> parameters = model.parameters();
  std::ranges::copy(take(rest, parameters.size()), parameters.begin());
  model.parameters_changed();
}

Streams streams_of(const GeneratorTrainingOptions& options, Index step) {
  return {options.seed, static_cast<std::uint64_t>(step), 0, Purpose::train};
}

/// Adam with a short memory of the mean, as adversarial trainings need it (Radford, Metz and
/// Chintala, ICLR 2016).
AdamOptions adversarial_adam() {
  AdamOptions options;
  options.beta1 = 0.5;
  return options;
}

double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

double logistic(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

}  // namespace

VaeTraining::VaeTraining(Vae start, const Batch& x, const GeneratorTrainingOptions& options)
    : vae_(std::move(start)),
      x_(x),
      options_(options),
      adam_(std::ssize(std::as_const(vae_).parameters())) {}

void VaeTraining::step() {
  const Streams streams = streams_of(options_, steps_done());
  Batch noise(options_.batch, vae_.shape().latent);
  fill_normal(streams, noise);
  std::vector<double> grad(std::as_const(vae_).parameters().size());
  const Column bound = vae_.elbo(some_rows_of(x_, streams, options_.batch), noise, grad);
  loss_ = -bound.mean();
  if (!std::isfinite(loss_)) throw NumericalError("the evidence lower bound is not finite");
  for (double& g : grad) g /= -static_cast<double>(options_.batch);
  adam_.step(vae_.parameters(), grad, options_.schedule.at(steps_done()));
  vae_.parameters_changed();
}

std::vector<double> VaeTraining::state() const {
  std::vector<double> all;
  append(all, vae_.parameters());
  append(all, adam_);
  return all;
}

void VaeTraining::set_state(std::span<const double> state) {
  take_parameters(state, vae_);
  take(state, adam_);
}

GanTraining::GanTraining(PushForward start, const Batch& x, Critic critic,
                         const GeneratorTrainingOptions& options)
    : made_(std::move(start)),
      y_(standardised(made_.standard(), x)),
      critic_(std::move(critic)),
      options_(options),
      judge_(net_widths(x.cols(), std::max<Index>(critic_.hidden, 1), 1, 2)),
      judge_theta_(critic_.hidden > 0 ? judge_.size() : 0),
      adam_(std::ssize(std::as_const(made_).parameters()), adversarial_adam()),
      judge_adam_(std::ssize(judge_theta_), adversarial_adam()) {
  if (critic_.hidden > 0)
    scatter_weights(net_widths(x.cols(), critic_.hidden, 1, 2),
                    {options.seed, 1, 0, Purpose::weights}, judge_theta_);
}

// With g = ∇a of a row, ∂/∂θ ½|g|² is the derivative of ∂a/∂θ along g: by central differences of
// the gradient, of relative error 1e-8.
void GanTraining::add_penalty(const Batch& data, std::span<double> grad) const {
  constexpr double kDelta = 1e-4;
  const auto n = static_cast<double>(data.rows());
  std::vector<double> unused(grad.size());
  TanhNet::Trace trace;
  const Batch ones = Batch::Ones(data.rows(), 1);
  (void)judge_.forward(data, &trace);
  const Batch slope = judge_.backward(trace, ones, unused);
  const double length = std::sqrt(slope.square().sum() / n);
  if (length == 0) return;
  const double delta = kDelta / length;
  for (const double way : {1.0, -1.0}) {
    TanhNet::Trace moved;
    (void)judge_.forward(data + way * delta * slope, &moved);
    (void)judge_.backward(moved, way * critic_.penalty / (2 * delta * n) * ones, grad);
  }
}

// D = 1/(1 + e^−a): −ln D of data and −ln(1 − D) of draws for the critic, −ln D of draws for the
// generator, whose gradient does not vanish where the critic is sure.
Batch GanTraining::criticise(const Batch& draws, const Batch& data) {
  judge_.pack(judge_theta_);
  const auto n = static_cast<double>(draws.rows());
  std::vector<double> grad(judge_theta_.size()), unused(judge_theta_.size());
  TanhNet::Trace of_draws, of_data;
  const Batch a = judge_.forward(draws, &of_draws), b = judge_.forward(data, &of_data);
  (void)judge_.backward(of_draws, a.unaryExpr([n](double x) { return logistic(x) / n; }), grad);
  (void)judge_.backward(of_data, b.unaryExpr([n](double x) { return -logistic(-x) / n; }), grad);
  if (critic_.penalty > 0) add_penalty(data, grad);
  const Batch by_a = a.unaryExpr([n](double x) { return -logistic(-x) / n; });
  const Batch by_draws = judge_.backward(of_draws, by_a, unused);
  loss_ = a.unaryExpr([](double x) { return softplus(-x); }).mean();
  judge_adam_.step(judge_theta_, grad, learning_rate());
  return by_draws;
}

void GanTraining::step() {
  const Streams streams = streams_of(options_, steps_done());
  const PushForward::Draws drawn = made_.draw(streams, options_.batch);
  const Batch data = some_rows_of(y_, streams, options_.batch);
  Batch by_draws;
  if (critic_.hidden > 0)
    by_draws = criticise(drawn.y, data);
  else
    loss_ = mean_discrepancy(critic_.kernel, drawn.y, data, &by_draws);
  if (!std::isfinite(loss_)) throw NumericalError("the loss of the generator is not finite");
  std::vector<double> grad(std::as_const(made_).parameters().size());
  made_.pull_back(drawn, by_draws, grad);
  adam_.step(made_.parameters(), grad, learning_rate());
  made_.parameters_changed();
}

std::vector<double> GanTraining::state() const {
  std::vector<double> all;
  append(all, made_.parameters());
  append(all, adam_);
  append(all, judge_theta_);
  append(all, judge_adam_);
  return all;
}

void GanTraining::set_state(std::span<const double> state) {
  take_parameters(state, made_);
  take(state, adam_);
  std::ranges::copy(take(state, judge_theta_.size()), judge_theta_.begin());
  take(state, judge_adam_);
}

}  // namespace nmc
