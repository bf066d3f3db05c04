#include "models/energy/rbm_gibbs.hpp"

namespace nmc {

RbmGibbs::RbmGibbs(const Rbm& rbm) : packed_(rbm), rounded_(packed_.unpacked(rbm.units())) {}

void RbmGibbs::draw_visible(const BitRows& h, const Streams& streams, BitRows& v) const {
  run_pass({.layer = packed_.down,
            .in = h,
            .out = &v,
            .streams = streams,
            .first_number = packed_.up.tiles()},
           Threads{});
}

void RbmGibbs::init(ChainState& state, const Streams& streams, Index chains) const {
  if (!state.spins.empty()) {
    state.x = state.spins.unpack();
    state.spins = Spins();
  }
  if (state.x.cols() == 0) {
    Batch u(chains, rounded_.hidden());
    const Streams start = streams.with(Purpose::init);
    fill_uniform(start, u);
    BitRows v(chains, sites());
    draw_visible(BitRows(u - 0.5), streams.with(Purpose::gibbs), v);
    state.x = v.unpack(rounded_.units());
  }
  state.log_p = rounded_.log_density(state.x);
}

StepInfo RbmGibbs::steps(ChainState& state, const Streams& streams, Index count) const {
  BitRows v(state.x), h(state.x.rows(), rounded_.hidden());
  for (Index k = 0; k < count; ++k) {
    const Streams here =
        streams.with(Purpose::gibbs).at_step(streams.step + static_cast<std::uint64_t>(k));
    run_pass({.layer = packed_.up, .in = v, .out = &h, .streams = here}, Threads{});
    draw_visible(h, here, v);
  }
  state.x = v.unpack(rounded_.units());
  state.log_p = rounded_.log_density(state.x);
  return StepInfo::always(state.x.rows());
}

}  // namespace nmc
