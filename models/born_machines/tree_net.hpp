#pragma once

#include <span>
#include <vector>

#include "models/autoregressive/tile_draw.hpp"
#include "models/born_machines/tree_state.hpp"

namespace nmc {

/// What a pass over a tile of chains leaves.
struct TreeTile {
  Index chains = 0;
  Batch s;         ///< (kTile, sites)
  Lanes log_q;     ///< of all tokens
  Batch by_token;  ///< ln q of each, where it is asked for, (kTile, tokens)
};

/// Draws from a tree of tensors leaf after leaf; ln q of whole configurations by one contraction
/// from the leaves up. A conditional, and a whole p, below 1e-300 counts as that much, so that ln q
/// is finite.
class TreeNet {
 public:
  using Tile = TreeTile;
  explicit TreeNet(const TreeSpec& spec) : spec_(spec) {}
  /// UserError where Ψ = 0 everywhere.
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// ∇ ln p = 2 ∇ ln Ψ − ∇ ln Z with ∂Ψ/∂T = a ⊗ b ⊗ c, the products of what lies below a joint and
  /// of all else, and ∂Z/∂T = 2 (E_a ⊗ E_b) T E_c.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

 private:
  void contract(const CausalDraw& draw, Tile& tile) const;
  void draw_leaves(const CausalDraw& draw, Tile& tile) const;

  const TreeSpec& spec_;
  TreeState own_;        ///< T as they are, for the gradient
  TreeState canonical_;  ///< Z = 1
  std::vector<double> log_z_grad_;
};

}  // namespace nmc
