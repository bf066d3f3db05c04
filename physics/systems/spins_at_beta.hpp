#pragma once

#include "core/roles/spin_target.hpp"

namespace nmc {

/// −βH of the H of a target at β = 1, without making its couplings anew.
class SpinsAtBeta final : public SpinTarget {
 public:
  SpinsAtBeta(const SpinTarget& at_one, double beta) : at_one_(at_one), beta_(beta) {}

  [[nodiscard]] Index sites() const override { return at_one_.sites(); }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    return beta_ * at_one_.log_density(x);
  }
  [[nodiscard]] Index preferred_chunk() const override { return at_one_.preferred_chunk(); }
  [[nodiscard]] const Graph& graph() const override { return at_one_.graph(); }
  [[nodiscard]] double beta() const override { return beta_; }
  [[nodiscard]] Column energy(const Spins& spins) const override { return at_one_.energy(spins); }

 private:
  const SpinTarget& at_one_;
  double beta_;
};

}  // namespace nmc
