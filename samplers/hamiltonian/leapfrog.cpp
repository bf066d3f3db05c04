#include "samplers/hamiltonian/leapfrog.hpp"

namespace nmc {
namespace {

/// v += step·w, chain by chain.
void advance(Batch& v, const Column& step, const Batch& w) {
  for (Index site = 0; site < v.cols(); ++site) v.col(site) += step * w.col(site);
}

void unit_leapfrog(const Target& target, const Trajectory& trajectory, ChainState& state,
                   Batch& xi) {
  const Column& step = trajectory.step_size;
  advance(xi, 0.5 * step, state.grad);
  LeapfrogStep next{step, step};
  for (Index i = 1; i < trajectory.n_steps; ++i) target.drift_kick(next, state.x, xi, nullptr);
  next.kick = 0.5 * step;
  state.log_p = target.drift_kick(next, state.x, xi, &state.grad);
}

}  // namespace

void leapfrog(const Target& target, const Mass& mass, const Trajectory& trajectory,
              ChainState& state, Batch& xi) {
  if (mass.kind() == MassKind::unit) return unit_leapfrog(target, trajectory, state, xi);
  const Column& step = trajectory.step_size;
  const Column half = 0.5 * step;
  const auto kick = [&](const Column& length) {
    advance(xi, length, mass.transposed_times(state.grad));
  };
  kick(half);
  for (Index i = 1; i <= trajectory.n_steps; ++i) {
    advance(state.x, step, mass.times(xi));
    state.log_p = target.log_density_grad(state.x, state.grad);
    kick(i < trajectory.n_steps ? step : half);
  }
}

}  // namespace nmc
