#include "samplers/leapfrog.hpp"

namespace nmc {
namespace {

/// v += step·w, chain by chain.
void advance(Batch& v, const Column& step, const Batch& w) {
  for (Index site = 0; site < v.cols(); ++site) v.col(site) += step * w.col(site);
}

}  // namespace

void leapfrog(const Target& target, const Mass& mass, const Trajectory& trajectory,
              ChainState& state, Batch& xi) {
  const Column& step = trajectory.step_size;
  const Column half = 0.5 * step;
  const bool is_unit = mass.kind() == MassKind::unit;
  const auto kick = [&](const Column& length) {
    advance(xi, length, is_unit ? state.grad : mass.transposed_times(state.grad));
  };
  kick(half);
  for (Index i = 1; i <= trajectory.n_steps; ++i) {
    advance(state.x, step, is_unit ? xi : mass.times(xi));
    state.log_p = target.log_density_grad(state.x, state.grad);
    kick(i < trajectory.n_steps ? step : half);
  }
}

}  // namespace nmc
