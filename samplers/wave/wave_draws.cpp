#include "samplers/wave/wave_draws.hpp"

#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

void take_draw(const WaveFunction& psi, const Streams& streams, Index chains, ChainState& state) {
  Draw draw = psi.draws()->sample(streams, chains);
  state.x = std::move(draw.x);
  state.log_p = std::move(draw.log_q);
}

}  // namespace

WaveDraws::WaveDraws(const WaveFunction& psi) : psi_(psi) {
  require(psi.draws() != nullptr,
          "this wave function cannot be drawn exactly and needs chains: use moves = flips or "
          "exchanges");
}

void WaveDraws::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0)
    take_draw(psi_, streams.with(Purpose::init), chains, state);
  else
    state.log_p = 2 * psi_.log_psi(state.x).log_abs;
}

StepInfo WaveDraws::step(ChainState& state, const Streams& streams) const {
  take_draw(psi_, streams.with(Purpose::propose), state.x.rows(), state);
  return StepInfo::always(state.x.rows());
}

StepInfo WaveDraws::steps(ChainState& state, const Streams& streams, Index count) const {
  if (count < 1) return StepInfo::always(state.x.rows());
  return step(state, streams.at_step(streams.step + static_cast<std::uint64_t>(count - 1)));
}

SamplerTraits WaveDraws::traits() const {
  SamplerTraits traits;
  traits.has_fast_steps = true;
  return traits;
}

}  // namespace nmc
