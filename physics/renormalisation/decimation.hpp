#pragma once

namespace nmc {

/// What a sum over every second spin of an Ising chain leaves:
///   Σ_{s=±1} e^{K s (a + b)} = e^{constant + K' a b},  K' = ½ ln cosh 2K,
///   constant = ln 2 + ½ ln cosh 2K
/// for each spin that is summed over (Kadanoff; tanh K' = tanh² K).
struct Decimated {
  double K = 0;
  double constant = 0;
};

/// Of any finite K, K = βJ; both numbers to rounding.
[[nodiscard]] Decimated decimate_chain(double K);

}  // namespace nmc
