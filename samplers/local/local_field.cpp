#include "samplers/local/local_field.hpp"

#include "samplers/accept.hpp"
#include "samplers/local/local_field_kernel.hpp"

namespace nmc {

LocalField::LocalField(const LatticeField& target, const LocalFieldOptions& options)
    : target_(target), options_(options), width_(options.width), averaging_(options.width) {
  require(options.width > 0, "the width of metropolis must be positive");
  require(options.sweeps >= 1, "metropolis sweeps at least once per step");
  require(0 <= options.target_acceptance && options.target_acceptance < 1,
          "the acceptance that metropolis is tuned to must lie in [0, 1)");
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
  const local_detail::FieldSweep sweep{&target_.stencil(), chains, width_, state.x.data(),
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
  return {acceptance, Column::Ones(chains), Column::Zero(chains), width_, 0, {}};
}

void LocalField::adapt(const WarmupStep& pooled) {
  averaging_.update(pooled.acceptance(0), options_.target_acceptance);
  const bool is_last = pooled.step + 1 == pooled.warmup;
  width_ = is_last ? averaging_.averaged_step() : averaging_.step();
}

std::vector<double> LocalField::numbers() const {
  std::vector<double> all = averaging_.state();
  all.push_back(width_);
  return all;
}

void LocalField::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == DualAveraging::state_size + 1,
          "the stored tuning does not belong to metropolis of a field");
  averaging_.set_state(numbers.first(DualAveraging::state_size));
  width_ = numbers.back();
}

}  // namespace nmc
