#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/batch.hpp"

namespace nmc {

/// Matrices of one site, by its spin: [0] of a spin down, [1] of a spin up.
using SpinMatrices = std::array<Eigen::MatrixXd, 2>;

/// How the ends of a chain of matrices are joined.
enum class MpsEnds {
  open,     ///< the first matrix is a row, the last one a column
  periodic  ///< the trace is taken
};

/// A chain of matrices, Ψ(s) = A_0(s_0) A_1(s_1) … or its trace, sites in the order in which they
/// are drawn. Parameters: A_i as (left, 2, right) numbers, row-major, place after place, the spin
/// down first.
struct MpsSpec {
  Index sites = 0;
  std::vector<Index> order;  ///< site of each place
  std::vector<Index> bonds;  ///< (sites + 1): left of each place, and right of the last one
  Index chi = 16;            ///< bonds that a training may reach, at most
  MpsEnds ends = MpsEnds::open;

  [[nodiscard]] Index tokens() const { return sites; }
  [[nodiscard]] Index left(Index place) const { return bonds[static_cast<std::size_t>(place)]; }
  [[nodiscard]] Index right(Index place) const { return left(place + 1); }
  [[nodiscard]] Index site(Index place) const { return order[static_cast<std::size_t>(place)]; }
  [[nodiscard]] Index parameter_count() const;
};

/// Bonds of min(chi, 2^(sites to the shorter side)) of an open chain, which more could not use, and
/// of chi everywhere on a ring.
[[nodiscard]] std::vector<Index> full_bonds(Index sites, Index chi, MpsEnds ends);

/// Throws UserError where chi < 1, bonds do not fit the ends, or the order is no permutation.
void check(const MpsSpec& spec);

/// The matrices of every place, and back.
[[nodiscard]] std::vector<SpinMatrices> unpack(const MpsSpec& spec,
                                               std::span<const double> numbers);
[[nodiscard]] std::vector<double> pack(const std::vector<SpinMatrices>& chain);
[[nodiscard]] std::vector<Index> bonds_of(const std::vector<SpinMatrices>& chain);

/// An open chain with the same Ψ: itself, or that of a ring with bonds of chi², the rows of the
/// product of all matrices so far beside each other.
[[nodiscard]] std::vector<SpinMatrices> as_open(const MpsSpec& spec,
                                                std::vector<SpinMatrices> chain);

}  // namespace nmc
