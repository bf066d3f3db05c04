#pragma once

#include "core/roles/wave_function.hpp"

namespace nmc::tests {

/// How far what a wave function of few spins says of itself is from its own ln ψ.
struct ContractDefect {
  double ratios = 0;  ///< relative; of what chains remember after spins are turned over, too
  double spins = 0;   ///< configurations that are not those that were turned over, 0 or 1
  double memory = 0;  ///< scores of chains that were turned over, less those of fresh ones
  double scores = 0;  ///< less differences of ln ψ, over the error that those have
  double pulled = 0;  ///< pulled_back() less the sum of scores
};
[[nodiscard]] ContractDefect contract_defect(WaveFunction& psi);

/// Expects them below 1e-12 and, of sums, some times that.
void hold_to_contract(WaveFunction& psi);

}  // namespace nmc::tests
