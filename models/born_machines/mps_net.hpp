#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/autoregressive/tile_draw.hpp"
#include "models/born_machines/mps_spec.hpp"

namespace nmc {

/// The matrices of one place as packed dense layers (core/simd/layers.hpp), by its spin.
struct PackedMatrices {
  int left = 1, right = 1;                        ///< bonds
  std::array<std::vector<double>, 2> from_left;   ///< vectors on the left bond to the right one
  std::array<std::vector<double>, 2> from_right;  ///< and back; where they are asked for
};

/// What a pass over a tile of chains leaves.
struct MpsTile {
  Index chains = 0;
  Batch s;                  ///< (kTile, sites)
  Lanes log_q;              ///< of all tokens
  Batch by_token;           ///< ln q of each, where it is asked for, (kTile, tokens)
  TileRows<double> vector;  ///< on the bond that the pass has come to
  std::array<TileRows<double>, 2> next{};
};

/// An open chain: with the vector v on the bond left of a place, p(s | before) = |v C(s)|²/|v|², C
/// in right-canonical form. A conditional below 1e-300 counts as that much, so that ln q is finite.
class MpsNet {
 public:
  using Tile = MpsTile;
  explicit MpsNet(const MpsSpec& spec) : spec_(spec) {}
  /// UserError where Ψ = 0 everywhere.
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// ∇ ln p = 2 ∇ ln Ψ − ∇ ln Z (notes, eq. 48) with ∂Ψ/∂A(s) = l ⊗ r, the products of what lies
  /// left and right of a place, and ∂Z/∂A(s) = 2 E_l A(s) E_r.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

 private:
  [[nodiscard]] std::vector<TileRows<double>> from_left(const Tile& tile) const;

  const MpsSpec& spec_;
  std::vector<PackedMatrices> canonical_;
  std::vector<PackedMatrices> own_;  ///< A as they are, for the gradient
  std::vector<double> log_z_grad_;
};

/// A ring of matrices, which draws and is differentiated as the open chain with bonds of chi² that
/// has the same Ψ.
class MpsRingNet {
 public:
  using Tile = MpsTile;
  explicit MpsRingNet(const MpsSpec& spec) : spec_(spec), net_(open_) {}
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const { net_.pass(draw, tile); }
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

 private:
  const MpsSpec& spec_;
  MpsSpec open_;
  MpsNet net_;
};

}  // namespace nmc
