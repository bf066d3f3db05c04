#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "core/simd/functions.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/ladder/rung_ladder.hpp"
#include "samplers/ladder/spin_ladder.hpp"
#include "samplers/ladder/tempering.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc::test {

/// Heat bath in site order, one uniform per spin, as plainly as it can be written: the inner
/// sampler of tests that are not about inner samplers.
class PlainHeatBath final : public Sampler {
 public:
  PlainHeatBath(const Ising& ising, std::vector<double> betas, SpinLayout layout)
      : ising_(ising), betas_(std::move(betas)), layout_(layout) {}
  [[nodiscard]] Index sites() const override { return ising_.sites(); }

  void init(ChainState& state, const Streams& streams, Index rows) const override {
    init_spins(state, {SpinStart::random, layout_, ising_.graph()}, streams, rows);
    state.log_p = -beta_of_rows(rows, streams) * ising_.energy(state.spins);
  }

  StepInfo step(ChainState& state, const Streams& streams) const override {
    use_layout(state, layout_, streams, ising_.graph());
    Batch s = state.spins.unpack(), u(s.rows(), s.cols());
    fill_uniform(streams.with(Purpose::spins), u);
    const Column beta = beta_of_rows(s.rows(), streams);
    for (Index i = 0; i < s.cols(); ++i) {
      const Column field = 2 * beta * ising_.local_field(s, i);
      for (Index row = 0; row < s.rows(); ++row)
        s(row, i) = u(row, i) < 1 / (1 + std::exp(-field(row))) ? 1 : -1;
    }
    state.spins.pack(s);
    state.log_p = -beta * ising_.energy(state.spins);
    const Column ones = Column::Ones(s.rows());
    return {ones, ones, Column::Zero(s.rows()), 0, 0, {}};
  }

 private:
  [[nodiscard]] Column beta_of_rows(Index rows, const Streams& streams) const {
    Column beta(rows);
    for (Index row = 0; row < rows; ++row)
      beta(row) = betas_[(streams.first_chain + static_cast<std::size_t>(row)) % betas_.size()];
    return beta;
  }

  const Ising& ising_;
  std::vector<double> betas_;
  SpinLayout layout_;
};

/// Couplings of both signs and magnitudes on an Lx × Ly torus, and a field where asked for.
inline Graph small_glass(Index lx, Index ly, bool has_field = false) {
  Graph graph = make_graph({{lx, ly}, {true, true}});
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * 7 % 3 == 0 ? -1 : 1) * (1 + 0.25 * static_cast<double>(b % 4));
  if (has_field)
    for (Index i = 0; i < graph.sites; ++i)
      graph.field.push_back(0.1 * static_cast<double>(i) - 0.2);
  return graph;
}

/// A rung that owns its target; make(target) is its sampler.
template <class Type>
Rung own_rung(std::unique_ptr<Type> target,
              const std::function<std::unique_ptr<Sampler>(const Type&)>& make) {
  struct Owner final : RungOwner {
    std::unique_ptr<Type> target;
  };
  auto owner = std::make_unique<Owner>();
  Rung rung{nullptr, target.get(), nullptr, make(*target)};
  if constexpr (std::derived_from<Type, SpinTarget>) rung.spins = target.get();
  owner->target = std::move(target);
  rung.owner = std::move(owner);
  return rung;
}

inline std::unique_ptr<RungLadder> plain_rungs(const Graph& graph) {
  return std::make_unique<RungLadder>([&graph](double beta) {
    return own_rung<Ising>(std::make_unique<Ising>(graph, beta), [beta](const Ising& target) {
      return std::make_unique<PlainHeatBath>(target, std::vector{beta}, SpinLayout::lanes);
    });
  });
}

inline std::unique_ptr<SpinLadder> plain_ladder(const Ising& ising, SpinLayout layout) {
  return std::make_unique<SpinLadder>(ising, [&ising, layout](const std::vector<double>& betas) {
    return std::make_unique<PlainHeatBath>(ising, betas, layout);
  });
}

/// All 2^N configurations, (2^N, N).
inline Batch all_spins(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index state = 0; state < s.rows(); ++state)
    for (Index i = 0; i < sites; ++i) s(state, i) = (state >> i & 1) != 0 ? 1 : -1;
  return s;
}

}  // namespace nmc::test
