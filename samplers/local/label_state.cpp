#include "samplers/local/label_state.hpp"

#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "core/random/xoshiro.hpp"

namespace nmc {
namespace {

void check_labels(const Batch& x, Index states) {
  for (Index site = 0; site < x.cols(); ++site)
    for (Index row = 0; row < x.rows(); ++row) {
      const double s = x(row, site);
      if (s >= 0 && s < static_cast<double>(states) && s == std::floor(s)) continue;
      throw UserError("configuration " + std::to_string(row) + " has " + std::to_string(s) +
                      " at site " + std::to_string(site) + ": labels are 0 to " +
                      std::to_string(states - 1));
    }
}

}  // namespace

void init_labels(ChainState& state, const LabelInit& init, const Streams& streams, Index rows) {
  const Index states = init.target.states();
  if (state.x.cols() == 0) {
    state.x = Batch::Zero(rows, init.target.sites());
    for (Index row = 0; row < rows && init.start == LabelStart::random; ++row) {
      Xoshiro random(streams.with(Purpose::init), row);
      for (Index site = 0; site < state.x.cols(); ++site)
        state.x(row, site) = static_cast<double>(random.below(static_cast<std::uint64_t>(states)));
    }
  } else {
    check_labels(state.x, states);
  }
  set_label_energy(state, init.target);
}

void set_label_energy(ChainState& state, const LabelTarget& target) {
  state.energy = target.energy(state.x);
  state.log_p = -target.beta() * state.energy;
}

}  // namespace nmc
