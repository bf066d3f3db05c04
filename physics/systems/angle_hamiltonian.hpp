#pragma once

#include <memory>
#include <vector>

#include "core/roles/angle_target.hpp"

namespace nmc {

/// What a user writes for a system of angles: an energy of period 2π in each of them and its
/// gradient, on a batch; beta comes from the job.
class AngleHamiltonian {
 public:
  virtual ~AngleHamiltonian() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// As of RealHamiltonian.
  [[nodiscard]] virtual std::vector<Index> extents() const { return {}; }
  /// H of each chain, (chains), for theta of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& theta) const = 0;
  /// dH/dtheta, (chains, sites).
  [[nodiscard]] virtual Batch gradient(const Batch& theta) const = 0;
};

/// ln p(theta) = -beta H(theta).
class HamiltonianAngles final : public AngleTarget {
 public:
  HamiltonianAngles(std::unique_ptr<const AngleHamiltonian> hamiltonian, double beta);
  [[nodiscard]] Index sites() const override { return hamiltonian_->sites(); }
  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] Column energy(const Batch& theta) const override {
    return hamiltonian_->energy(theta);
  }
  Column log_density_grad(const Batch& theta, Batch& grad) const override;
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] const AngleHamiltonian& hamiltonian() const { return *hamiltonian_; }

 private:
  std::unique_ptr<const AngleHamiltonian> hamiltonian_;
  double beta_;
};

}  // namespace nmc
