#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/spin_energies.hpp"
#include "samplers/local/local_rule.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct LocalEnergiesOptions {
  LocalRule rule = LocalRule::metropolis;
  /// Sites by number; else as many random sites as there are sites, the same for all chains.
  bool is_sequential = false;
  SpinStart start = SpinStart::random;
};

/// Single-spin updates from energies alone (Metropolis et al. 1953; Glauber 1963), a sweep per
/// step. Metropolis visits random sites: in a fixed order, where every flip that costs nothing or
/// less is taken, it need not reach all states (docs/theory/irreducibility.md). The target must
/// outlive it.
class LocalEnergies final : public Sampler {
 public:
  /// UserError for Metropolis in sequence.
  LocalEnergies(const SpinEnergies& target, LocalEnergiesOptions options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;

  /// That a visit turns `site` over, (chains), where that costs `cost`.
  [[nodiscard]] Column flip_probability(const Column& cost) const;
  /// P(state, state') of a step over all states (core/roles/all_states.hpp), from
  /// flip_probability().
  [[nodiscard]] Eigen::MatrixXd transitions() const;

 private:
  [[nodiscard]] Index site_of(const Batch& order, Index visit) const;

  const SpinEnergies& target_;
  LocalEnergiesOptions options_;
};

}  // namespace nmc
