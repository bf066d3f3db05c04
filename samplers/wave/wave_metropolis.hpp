#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// How chains of a wave function move.
struct WaveMoves {
  bool exchanges = false;   ///< two antiparallel spins, so that Σ s stays; else single flips
  Index magnetisation = 0;  ///< Σ s of the starts of exchanges
  bool inverts = true;      ///< whether each step ends with an attempt to turn over all spins
};

/// Probability to go to a configuration of p = |ψ'/ψ|²: κ min(1, p), κ = min(1, 15/16 + 1 − m) with
/// m = min(p, 1/p), which is the same on the way back and below 1 at p = 1
/// (docs/decisions/0005-irreducible-metropolis.md).
[[nodiscard]] Column flip_acceptance(const Column& p);
/// p/(1 + p): of inversions, which ψ(−s) = ψ(s) would else always take.
[[nodiscard]] Column inversion_acceptance(const Column& p);

/// Metropolis over |ψ|² by what WaveChains remember: a step is one attempt at each spin in turn, or
/// as many at pairs of spins that are drawn anew for every step, the same ones for all chains, and
/// then one at an inversion.
class WaveMetropolis final : public Sampler {
 public:
  /// The wave function must outlive it. UserError where no configuration has the magnetisation, or
  /// where an inversion would change it.
  WaveMetropolis(const WaveFunction& psi, const WaveMoves& moves);
  [[nodiscard]] const WaveMoves& moves() const { return moves_; }
  [[nodiscard]] Index sites() const override { return psi_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override;

 private:
  Column sweep(Batch& x, const Streams& streams) const;
  const WaveFunction& psi_;
  WaveMoves moves_;
};

}  // namespace nmc
