#include "samplers/local/pair_sweeps.hpp"

#include <algorithm>

#include "core/random/xoshiro.hpp"

namespace nmc {

SamplerTraits PairSweeps::traits() const {
  // To measure, keep and analyse one draw of one chain takes a few microseconds, as so many visits
  // do.
  constexpr Index kVisits = 8192, kLeast = 10;
  return {.has_fast_steps = true,
          .steps_per_draw = std::max(kLeast, kVisits / sites()),
          .preferred_chunk = 16};
}

StepInfo PairSweeps::steps(ChainState& state, const Streams& streams, Index count) const {
  const Index rows = state.x.rows();
  Column changed(rows);
  std::vector<std::uint8_t> s(static_cast<std::size_t>(sites())), before;
  std::vector<std::uint32_t> drawn;
  for (Index row = 0; row < rows; ++row) {
    to_labels(state.x, row, s.data());
    for (Index i = 0; i < count; ++i) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(i));
      if (i + 1 == count) before = s;
      Xoshiro random(now.with(Purpose::spins), row);
      tables_.sweep(order_.at(now, drawn), random, s.data());
    }
    from_labels(s.data(), row, state.x);
    Index different = 0;
    for (std::size_t site = 0; site < s.size(); ++site) different += s[site] != before[site];
    changed(row) = static_cast<double>(different) / static_cast<double>(sites());
  }
  set_label_energy(state, target_);
  return {changed, Column::Ones(rows), Column::Zero(rows), 0, 0, {}};
}

}  // namespace nmc
