#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>

#include "core/batch.hpp"

/// Measurements of qubits one by one, each along X, Y or Z. States and outcomes are numbered by
/// bits: bit i is 1 where qubit i is |1⟩, spin −1.
namespace nmc {

/// Which qubits a basis such as "XZY", qubit 0 first, turns away from Z.
struct ProductBasis {
  /// UserError for a letter that is none of X, Y and Z, and for more than 63 qubits.
  explicit ProductBasis(const std::string& letters);
  Index sites = 0;
  std::uint64_t turned = 0;  ///< X and Y
  std::uint64_t y = 0;       ///< Y alone
  /// The number of turned qubits.
  [[nodiscard]] int count() const;
  /// ⟨outcome|state⟩ 2^(count / 2), one of 1, i, −1 and −i where both agree on the other qubits:
  /// the rows of U are ⟨outcome|, X = (1, 1; 1, −1)/√2, Y = (1, −i; 1, i)/√2.
  [[nodiscard]] std::complex<double> phase(std::uint64_t outcome, std::uint64_t state) const;
};

/// ψ ← U ψ, the amplitudes of the outcomes; psi (2^sites).
void turn(const ProductBasis& basis, Eigen::VectorXcd& psi);
/// g ← Uᵀ g, which carries a gradient by U ψ back to ψ.
void turn_transposed(const ProductBasis& basis, Eigen::VectorXcd& g);

/// The number as a string of 0 and 1, qubit 0 first.
[[nodiscard]] std::string bits_text(std::uint64_t state, Index sites);

}  // namespace nmc
