#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "core/parallel/threads.hpp"
#include "physics/quantum/pauli_sum.hpp"

namespace nmc {

/// An operator on whole state vectors: amplitude x of state number Σ 2^i [s_i = −1], so that a spin
/// up is bit 0.
class VectorOperator {
 public:
  /// UserError beyond 30 sites.
  explicit VectorOperator(const PauliSum& H);
  [[nodiscard]] Index size() const { return Index{1} << sites_; }
  /// H x; the same bits for any number of threads.
  [[nodiscard]] Eigen::VectorXd apply(const Eigen::VectorXd& x, const Threads& threads) const;
  /// Multiplications of one apply().
  [[nodiscard]] double work() const;

 private:
  struct Term {
    double coefficient = 0;
    std::uint64_t high = 0;  ///< its signs among the bits above a block
    std::size_t low = 0;     ///< place in low_signs_ of those within
  };
  struct Part {
    std::uint64_t flips = 0;
    std::vector<Term> terms;
  };
  std::size_t signs_of(std::uint64_t low);
  void apply_to_block(const Eigen::VectorXd& x, Index block, double* y) const;

  Index sites_;
  Index block_bits_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> low_masks_;
  std::vector<std::vector<double>> low_signs_;  ///< products of the signs of a block, by mask
};

}  // namespace nmc
