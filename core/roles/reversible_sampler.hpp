#pragma once

#include "core/roles/sampler.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// A sampler in detailed balance with a density of its own,
///   π̃(x) T(x → x') = π̃(x') T(x' → x),
/// by type, as a Model is normalised by type: its steps, k in a row as well, are proposals with a
/// known ratio (ReversibleSteps). Metropolis-Hastings and block Gibbs v → h → v are; a sweep over
/// sites or over three blocks in turn leaves π̃ invariant and is not.
class ReversibleSampler : public Sampler {
 public:
  /// π̃. Its log_density is the log_p that init() and steps() leave in the state.
  [[nodiscard]] virtual const Target& invariant() const = 0;
};

}  // namespace nmc
