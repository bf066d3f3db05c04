#pragma once

#include <vector>

#include "core/spins/shots.hpp"
#include "models/wave/whole_state.hpp"

namespace nmc {

/// How likely a state of qubits makes what was measured,
///   nll = −(1/n) Σ ln p, p = |⟨outcome|U ψ⟩|² / Σ|ψ|²,
/// U turning each qubit to the basis of the shot. Where few qubits are turned, the states that an
/// outcome meets are visited one by one, else the whole state is turned.
class ShotsLikelihood {
 public:
  /// UserError without any shots.
  explicit ShotsLikelihood(const Shots& shots);
  /// Nats per shot; psi (2^sites) of any length. Infinite where an outcome has probability 0.
  [[nodiscard]] double nll(const Eigen::VectorXcd& psi) const;
  /// The same with its derivatives by ln|ψ| and by the phase of each state.
  [[nodiscard]] double nll(const Eigen::VectorXcd& psi, StateWeights& derivatives) const;
  /// Shots of all bases.
  [[nodiscard]] double total() const { return total_; }

 private:
  struct Basis {
    ProductBasis basis;
    std::vector<std::uint64_t> outcomes;
    std::vector<double> share;  ///< of all shots
  };
  /// Σ share ln|⟨outcome|U ψ⟩|²; adds Σ share U/⟨outcome|U ψ⟩ to `pull` where it is not null.
  static double one_by_one(const Basis& shots, const Eigen::VectorXcd& psi, Eigen::VectorXcd* pull);
  static double by_turning(const Basis& shots, const Eigen::VectorXcd& psi, Eigen::VectorXcd* pull);
  [[nodiscard]] double sum(const Eigen::VectorXcd& psi, Eigen::VectorXcd* pull) const;

  double total_ = 0;
  std::vector<Basis> bases_;
};

/// Mean over the bases of KL(p_a ‖ p_b) of the outcomes; nats, infinite where b excludes what a
/// has.
[[nodiscard]] double mean_divergence(const Eigen::VectorXcd& a, const Eigen::VectorXcd& b,
                                     const Shots& shots);

}  // namespace nmc
