#pragma once

#include <memory>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// What a user writes for a system of real fields: an energy and its gradient, on a batch. The
/// density is exp(-beta H(x)); beta comes from the job.
class RealHamiltonian {
 public:
  virtual ~RealHamiltonian() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Extents of the lattice that the sites are, x first and fastest, with sites() as their product;
  /// empty where there is none: then networks that need a lattice are refused.
  [[nodiscard]] virtual std::vector<Index> extents() const { return {}; }
  /// H of each chain, (chains), for x of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& x) const = 0;
  /// dH/dx, (chains, sites).
  [[nodiscard]] virtual Batch gradient(const Batch& x) const = 0;
  /// Both at once, for who computes them together cheaper than one after the other.
  virtual Column energy_gradient(const Batch& x, Batch& gradient) const;
  /// Whether gradient() is there; without it samplers that need none are left.
  [[nodiscard]] virtual bool is_differentiable() const { return true; }
};

/// ln p(x) = -beta H(x) + const.
class BoltzmannTarget final : public Target {
 public:
  BoltzmannTarget(std::unique_ptr<const RealHamiltonian> hamiltonian, double beta);
  [[nodiscard]] Index sites() const override { return hamiltonian_->sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  /// Without an energy where there is no grad.
  Column drift_kick(const LeapfrogStep& step, Batch& x, Batch& v, Batch* grad) const override;
  [[nodiscard]] bool is_differentiable() const override {
    return hamiltonian_->is_differentiable();
  }
  [[nodiscard]] const RealHamiltonian& hamiltonian() const { return *hamiltonian_; }

 private:
  std::unique_ptr<const RealHamiltonian> hamiltonian_;
  double beta_;
};

}  // namespace nmc
