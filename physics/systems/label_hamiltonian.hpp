#pragma once

#include <memory>
#include <vector>

#include "core/roles/label_target.hpp"

namespace nmc {

/// What a user writes for a system of labels 0 … states() − 1: an energy on a batch; beta comes
/// from the job.
class LabelHamiltonian {
 public:
  virtual ~LabelHamiltonian() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// q, from 2 on.
  [[nodiscard]] virtual Index states() const = 0;
  /// As of RealHamiltonian.
  [[nodiscard]] virtual std::vector<Index> extents() const { return {}; }
  /// H of each chain, (chains), for s of shape (chains, sites).
  [[nodiscard]] virtual Column energy(const Batch& s) const = 0;
};

/// ln p(s) = -beta H(s).
class HamiltonianLabels final : public LabelTarget {
 public:
  HamiltonianLabels(std::unique_ptr<const LabelHamiltonian> hamiltonian, double beta);
  [[nodiscard]] Index sites() const override { return hamiltonian_->sites(); }
  [[nodiscard]] Index states() const override { return hamiltonian_->states(); }
  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] Column energy(const Batch& s) const override { return hamiltonian_->energy(s); }
  [[nodiscard]] const LabelHamiltonian& hamiltonian() const { return *hamiltonian_; }

 private:
  std::unique_ptr<const LabelHamiltonian> hamiltonian_;
  double beta_;
};

}  // namespace nmc
