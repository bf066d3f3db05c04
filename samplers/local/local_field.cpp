#include "samplers/local/local_field.hpp"

#include "samplers/accept.hpp"
#include "samplers/local/local_field_kernel.hpp"

namespace nmc {

LocalField::LocalField(const LatticeField& target, const LocalFieldOptions& options)
    : target_(target),
      options_(options),
      width_(options.width, options.target_acceptance, "metropolis of a field") {
  require(options.sweeps >= 1, "metropolis sweeps at least once per step");
}

void LocalField::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() == 0) state.x = normal_start(streams, chains, sites(), options_.start_width);
  state.log_p = target_.log_density(state.x);
}

StepInfo LocalField::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo LocalField::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index chains = state.x.rows();
  std::vector<std::uint64_t> words(static_cast<std::size_t>(XoroshiroBank::kRows * chains));
  const XoroshiroBank bank{words.data(), chains};
  Column acceptance(chains);
  const local_detail::FieldSweep sweep{&target_.stencil(), chains, width(), state.x.data(),
                                       acceptance.data()};
  for (Index step = 0; step < count; ++step) {
    const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
    seed(now.with(Purpose::propose), now.first_chain, bank);
    acceptance.setZero();
    for (Index k = 0; k < options_.sweeps; ++k) local_detail::sweep_field(sweep, bank);
  }
  acceptance /= static_cast<double>(options_.sweeps * sites());
  state.log_p = target_.log_density(state.x);
  state.grad.resize(0, 0);
  return {acceptance, Column::Ones(chains), Column::Zero(chains), width(), 0, {}};
}

}  // namespace nmc
