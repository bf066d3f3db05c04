#pragma once

#include <memory>
#include <vector>

#include "core/roles/spin_energies.hpp"
#include "core/spins/graph.hpp"

/// What a user writes for a system of spins ±1; beta comes from the job.
namespace nmc {

/// An energy on a batch, and nothing else: a flip costs one energy.
class SpinHamiltonian {
 public:
  virtual ~SpinHamiltonian() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// As of RealHamiltonian.
  [[nodiscard]] virtual std::vector<Index> extents() const { return {}; }
  /// H of each chain, (chains), for s of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& s) const = 0;
  /// As of SpinEnergies.
  [[nodiscard]] virtual Column flip_cost(const Batch& s, const Column& energy, Index site) const;
};

/// An energy whose local fields are known too, so that a flip costs next to nothing.
class LocalFieldHamiltonian : public SpinHamiltonian {
 public:
  /// h_i of H = -s_i h_i + what s_i has no part in, (chains). Every H is of this form.
  [[nodiscard]] virtual Column local_field(const Batch& s, Index site) const = 0;
  [[nodiscard]] Column flip_cost(const Batch& s, const Column& energy, Index site) const final;
};

/// Couplings one by one, with fields and terms of four spins: gets the fast walks, clusters and
/// exact values of the Ising model.
class SpinGraphHamiltonian {
 public:
  virtual ~SpinGraphHamiltonian() = default;
  [[nodiscard]] virtual Graph graph() const = 0;
  [[nodiscard]] virtual std::vector<Index> extents() const { return {}; }
};

/// ln p(s) = -beta H(s).
class HamiltonianSpins final : public SpinEnergies {
 public:
  HamiltonianSpins(std::unique_ptr<const SpinHamiltonian> hamiltonian, double beta);
  [[nodiscard]] Index sites() const override { return hamiltonian_->sites(); }
  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] Column energy(const Batch& s) const override { return hamiltonian_->energy(s); }
  [[nodiscard]] Column flip_cost(const Batch& s, const Column& energy, Index site) const override {
    return hamiltonian_->flip_cost(s, energy, site);
  }
  [[nodiscard]] const SpinHamiltonian& hamiltonian() const { return *hamiltonian_; }

 private:
  std::unique_ptr<const SpinHamiltonian> hamiltonian_;
  double beta_;
};

}  // namespace nmc
