#include "core/optimise/adam.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc {

void check(const AdamOptions& options) {
  require(options.beta1 >= 0 && options.beta1 < 1 && options.beta2 >= 0 && options.beta2 < 1,
          "adam: beta1 = " + std::to_string(options.beta1) + ", beta2 = " +
              std::to_string(options.beta2) + ": both must lie in [0, 1); try 0.9 and 0.999");
  require(options.epsilon > 0, "adam: epsilon must be positive; try 1e-8");
}

Adam::Adam(Index parameters, const AdamOptions& options) : options_(options) {
  check(options);
  const auto size = static_cast<std::size_t>(parameters);
  state_.m.assign(size, 0.0);
  state_.v.assign(size, 0.0);
  if (options.is_amsgrad) state_.v_max.assign(size, 0.0);
}

Adam::Adam(Index parameters, const AdamOptions& options, AdamState state) : options_(options) {
  check(options);
  take(static_cast<std::size_t>(parameters), std::move(state));
}

// m <- b1 m + (1-b1) g, v <- b2 v + (1-b2) g^2, θ <- θ - rate m^ / (sqrt(v^) + eps) with
// m^ = m/(1-b1^t) and v^ = v/(1-b2^t). AMSGrad takes the largest v so far in place of v and keeps
// the bias correction, as PyTorch does; the paper's algorithm 2 leaves the correction out.
void Adam::step(std::span<double> parameters, std::span<const double> grad, double learning_rate,
                const Threads& threads) {
  assert(parameters.size() == state_.m.size() && grad.size() == state_.m.size());
  state_.steps += 1;
  const auto t = static_cast<double>(state_.steps);
  const double step_size = learning_rate / (1 - std::pow(options_.beta1, t));
  const double root_correction = std::sqrt(1 - std::pow(options_.beta2, t));
  using Values = Eigen::Map<Column>;
  const auto move = [&](Index first, Index count) {
    const Eigen::Map<const Column> g(grad.data() + first, count);
    Values m(state_.m.data() + first, count), v(state_.v.data() + first, count);
    Values p(parameters.data() + first, count);
    m = options_.beta1 * m + (1 - options_.beta1) * g;
    v = options_.beta2 * v + (1 - options_.beta2) * g * g;
    const auto step = [&](const auto& square) {
      p -= step_size * m / (square.sqrt() / root_correction + options_.epsilon);
    };
    if (!options_.is_amsgrad) return step(v);
    Values largest(state_.v_max.data() + first, count);
    largest = largest.max(v);
    step(largest);
  };
  constexpr Index kPiece = 512;   // stays in the first cache
  constexpr Index kLeast = 4096;  // per thread, as OrderedSum has it
  const auto size = static_cast<Index>(grad.size());
  const Index tasks = std::clamp<Index>(size / kLeast, 1, threads.count());
  threads.for_each(tasks, [&](Index task) {
    const Range own = share(size, tasks, task);
    for (Index i = own.first; i < own.end(); i += kPiece) move(i, std::min(kPiece, own.end() - i));
  });
}

void Adam::set_state(AdamState state) {
  take(state_.m.size(), std::move(state));
}

void Adam::take(std::size_t size, AdamState state) {
  require(state.m.size() == size && state.v.size() == size,
          "optimiser state holds " + std::to_string(state.m.size()) +
              " parameters, the model has " + std::to_string(size));
  require(state.v_max.size() == (options_.is_amsgrad ? size : 0),
          options_.is_amsgrad ? "optimiser state was written by adam, the job asks for amsgrad"
                              : "optimiser state was written by amsgrad, the job asks for adam");
  state_ = std::move(state);
}

}  // namespace nmc
