#pragma once

#include <span>
#include <string>

#include "core/batch.hpp"

namespace nmc {

enum class Decay { constant, cosine };

/// "constant" or "cosine"; throws UserError with the nearest right name.
[[nodiscard]] Decay decay_from_name(const std::string& name);

/// Learning rate by step. In the first `warmup` steps it rises linearly to `rate`
/// (rate (t+1)/warmup, Goyal et al. 2017), then it stays there or falls to zero as
/// rate ½ [1 + cos π (t - warmup)/(steps - warmup)] (Loshchilov and Hutter 2017, eq. 5).
struct Schedule {
  double rate = 1e-3;
  Index steps = 1;   ///< length of the training; the cosine is zero there
  Index warmup = 0;  ///< 0 … steps-1
  Decay decay = Decay::constant;

  [[nodiscard]] double at(Index step) const;
};

/// Throws UserError when the schedule makes no sense.
void check(const Schedule& schedule);

/// Euclidean norm of all entries, summed in order.
[[nodiscard]] double norm(std::span<const double> grad);

/// Scales grad so that its norm is at most `largest` (Pascanu et al. 2013); returns the norm it
/// had. `largest` <= 0 leaves it alone.
double clip_norm(std::span<double> grad, double largest);

}  // namespace nmc
