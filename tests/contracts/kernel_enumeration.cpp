#include "tests/contracts/kernel_enumeration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nmc::test {
namespace {

Column look_up(const std::array<double, states>& table, const Batch& x) {
  return x.col(0).unaryExpr(
      [&](double state) { return std::log(table[static_cast<std::size_t>(state)]); });
}

double column_defect(const Batch& alpha) {
  double worst = 0;
  for (Index k = 0; k < states; ++k) {
    double flow = 0;  // into k minus out of k
    for (Index s = 0; s < states; ++s) {
      const auto from = static_cast<std::size_t>(s), to = static_cast<std::size_t>(k);
      if (s == k) continue;
      flow += table_p[from] * table_q[to] * alpha(s, k) - table_p[to] * table_q[from] * alpha(k, s);
    }
    worst = std::max(worst, std::abs(flow));
  }
  return worst;
}

}  // namespace

Column TableTarget::log_density(const Batch& x) const {
  return look_up(table_p, x);
}
Column ScriptedModel::log_prob(const Batch& x) const {
  return look_up(table_q, x);
}

Draw ScriptedModel::sample(const Streams& /*streams*/, Index chains) const {
  Batch x = next_.head(chains);
  Column log_q = log_prob(x);
  return {std::move(x), std::move(log_q)};
}

double enumeration_defect(
    const std::function<std::unique_ptr<Sampler>(const Target&, const Model&)>& make) {
  constexpr Index histories = states * states * states;
  const TableTarget target;
  ScriptedModel model;
  const auto sampler = make(target, model);
  Column i(histories), j(histories), k(histories);
  for (Index h = 0; h < histories; ++h) {
    i(h) = static_cast<double>(h % states);
    j(h) = static_cast<double>(h / states % states);
    k(h) = static_cast<double>(h / states / states);
  }
  Batch low = Batch::Constant(states, states, 2), high = Batch::Constant(states, states, -1);
  double worst = 0;
  for (std::uint64_t trial = 0; trial < 20; ++trial) {  // both outcomes of the first decision
    const Streams streams{1, 2 * trial, 0, Purpose::test};
    ChainState state;
    state.x = i;
    sampler->init(state, streams, histories);
    model.propose(j);
    sampler->step(state, streams);
    const Column from = state.x.col(0);
    model.propose(k);
    const StepInfo info = sampler->step(state, streams.at_step(2 * trial + 1));
    const Column u =
        uniform_column(streams.at_step(2 * trial + 1).with(Purpose::accept), histories);
    for (Index h = 0; h < histories; ++h) {
      const auto s = static_cast<Index>(from(h)), to = static_cast<Index>(k(h));
      low(s, to) = std::min(low(s, to), info.acceptance(h));
      high(s, to) = std::max(high(s, to), info.acceptance(h));
      const bool moves = u(h) < info.acceptance(h);
      if (state.x(h, 0) != (moves ? k(h) : from(h))) worst = 1;
    }
  }
  return std::max({worst, (high - low).maxCoeff(), column_defect(low), column_defect(high)});
}

}  // namespace nmc::test
