#pragma once

#include <complex>
#include <vector>

#include "core/spins/shots.hpp"
#include "models/wave/whole_state.hpp"

namespace nmc {

/// The part of the likelihood of shots that asks ψ of single states alone, of any number of qubits:
///   Σ share ln|⟨outcome|U ψ⟩|²
/// over the outcomes, of which one of a basis that turns k qubits meets 2^k states.
class MetStates {
 public:
  /// UserError without any shots, and where more than ten million amplitudes are met.
  explicit MetStates(const Shots& shots);
  /// All states that are met, once each, (states, sites).
  [[nodiscard]] const Batch& spins() const { return spins_; }
  /// The sum for ψ of the states; its derivatives by their ln|ψ| and phases go to `derivatives`
  /// unless that is null. −∞ where an outcome has probability 0.
  [[nodiscard]] double log_probability(const LogPsi& psi, StateWeights* derivatives) const;

 private:
  struct Term {
    Index state = 0;
    std::complex<double> u;  ///< ⟨outcome|U|state⟩
  };
  Batch spins_;
  std::vector<Term> terms_;        ///< outcome after outcome
  std::vector<std::size_t> ends_;  ///< of the terms of each outcome
  std::vector<double> share_;      ///< of all shots, of each outcome
};

}  // namespace nmc
