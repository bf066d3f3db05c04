#pragma once

#include <vector>

#include "core/optimise/adam.hpp"
#include "core/optimise/schedule.hpp"
#include "core/roles/sampler.hpp"
#include "models/wave/met_states.hpp"

namespace nmc {

struct PersistentOptions {
  Index chains = 256;
  Index sweeps = 1;  ///< steps of the sampler between two steps
  Schedule schedule{};
  std::uint64_t seed = 1;
};

/// A state of any number of qubits learned from shots, with chains of |ψ|² that go on from step to
/// step in place of the sum over all states (Tieleman, ICML 2008; of wave functions Torlai et al.,
/// Nature Phys. 14, 447 (2018)): Adam down
///   ∇ nll = 2⟨∂ ln|ψ|⟩ − ∇ Σ share ln|⟨outcome|Uψ⟩|².
/// The nll itself has an unknown Z. The same bits for any number of threads.
class PersistentTomography {
 public:
  /// What it is about; all must outlive it.
  struct Setting {
    WaveFunction& psi;
    const Sampler& sampler;  ///< of |ψ|²
    const Threads& threads;
  };
  PersistentTomography(const Setting& setting, const Shots& shots,
                       const PersistentOptions& options);
  /// NumericalError where a number is not finite.
  void step();
  [[nodiscard]] Index steps_done() const { return adam_.state().steps; }
  /// Σ share ln|⟨outcome|Uψ⟩|² before the last step: −nll − ln Σ|ψ|².
  [[nodiscard]] double log_probability() const { return log_probability_; }
  /// (chains, sites).
  [[nodiscard]] const Batch& chains() const { return x_; }

  /// All that a checkpoint must hold.
  [[nodiscard]] std::vector<double> state() const;
  /// UserError for that of another tomography.
  void set_state(std::span<const double> state);

 private:
  void move();

  Setting setting_;
  MetStates met_;
  PersistentOptions options_;
  Adam adam_;
  Batch x_;
  double log_probability_ = 0;
};

/// Σ_rows of_abs ∂ ln|ψ|/∂θ + of_phase ∂ phase/∂θ, (parameters), the same on any number of threads.
[[nodiscard]] Eigen::VectorXd pulled_back_rows(const WaveFunction& psi, const Batch& s,
                                               const StateWeights& weights, const Threads& threads);

/// ln ψ of rows, the same on any number of threads.
[[nodiscard]] LogPsi log_psi_rows(const WaveFunction& psi, const Batch& s, const Threads& threads);

}  // namespace nmc
