#pragma once

#include "core/batch.hpp"

namespace nmc {

/// Moves as training sees them: ln of the acceptance ratio r, (chains), and y → y', (chains,
/// sites), of chains that lie in the target.
struct Jump {
  const Column& log_ratio;
  const Batch& from;
  const Batch& to;
};

/// The loss of a batch with its gradients by r and by y'.
struct JumpSlopes {
  double loss = 0;
  Column by_ratio;
  Batch by_end;
};

/// tr(C D^{-1})/n + divergence_weight ⟨√(1 + r²) − 1⟩ with
///   D = ½ ⟨min[1, e^r] Δf Δfᵀ⟩ + C/100,  Δf = f(y') − f(y),  C = cov f(y)
/// of n features f: y_i and y_i², and all products y_i y_j of at most 8 sites.
///
/// D is the squared jump distance as a matrix: in a stationary chain v D v = v C v (1 − ρ_v) for
/// the function v·f with correlation ρ_v over one step, so that its inverse weighs functions by
/// about their autocorrelation times, of the slowest most. The plain distance ⟨min[1, e^r] |y' −
/// y|²⟩ (Pasarica and Gelman 2010; Levy, Hoffman and Sohl-Dickstein, ICLR 2018) is largest where y'
/// = −y, and |y| never changes. −⟨r⟩ is the forward Kullback-Leibler divergence of the moved
/// density from the target, in the second term one that a few hopeless moves do not govern.
[[nodiscard]] JumpSlopes jump_loss(const Jump& jump, double divergence_weight);

}  // namespace nmc
