#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A sum of products of spins over a square torus, S = Σ_site Σ_shape Π_k s_{site + offset k}.
struct BlockOperator {
  std::string name;
  using Offset = std::pair<Index, Index>;
  std::vector<std::vector<Offset>> shapes;  ///< the first offset of each is (0, 0)
};

/// Pairs at the distances 1, √2, 2, √5, 2√2 and the products of four around a square and along a
/// diamond: seven couplings that a flip of all spins leaves alone.
[[nodiscard]] const std::vector<BlockOperator>& even_operators();
/// The field and two products of three: those that it changes.
[[nodiscard]] const std::vector<BlockOperator>& odd_operators();

/// S of each operator, of spins (chains, L²), (chains, operators).
[[nodiscard]] Batch operator_sums(std::span<const BlockOperator> operators, const Batch& s,
                                  Index L);

/// What multiplies s_site in each operator, so that ln p(s_site | others) has the field
/// Σ_α K_α h_α: h of one site and every chain, (chains, operators).
[[nodiscard]] Batch local_fields(std::span<const BlockOperator> operators, const Batch& s, Index L,
                                 Index site);

}  // namespace nmc
