#pragma once

#include <span>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"

namespace nmc {

/// Rows of a tile: one row of numbers is contiguous over the chains, (kTile, rows).
template <class T>
using TileRows = Eigen::Array<T, simd::kTile, Eigen::Dynamic>;

/// One number per chain of a tile.
using Lanes = Eigen::Array<double, simd::kTile, 1>;

/// How a pass gets its spins: the first kept(chain) tokens are those of s, the others are drawn
/// with the uniforms u; and what it leaves beside ln q.
struct CausalDraw {
  const Batch* s = nullptr;       ///< (chains, sites); null where nothing is kept
  std::span<const Index> kept{};  ///< (chains); empty: all tokens where s is there
  const Batch* u = nullptr;       ///< of this tile, (kTile, tokens); null where all is kept
  Index first = 0;                ///< row of s and kept
  Index chains = 0;               ///< rows, at most kTile
  double beta = 0;                ///< of nets that have it as an input
  bool for_gradient = false;      ///< add_grad() of the tile follows
  bool by_token = false;          ///< ln q of each token is asked for

  [[nodiscard]] bool keeps(Index chain, Index token) const {
    return s != nullptr && (kept.empty() || token < kept[static_cast<std::size_t>(first + chain)]);
  }
};

/// Tokens of one spin, drawn or kept, and ln q of all that came by.
class SpinTokens {
 public:
  explicit SpinTokens(const CausalDraw& draw);

  struct Place {
    Index token = 0;
    Index site = 0;
  };
  /// What is found, each (kTile); what is null is not asked for.
  struct Found {
    double* s;
    double* log_q = nullptr;
    double* up = nullptr;  ///< q(+1)
  };
  /// q(+1) = 1/(1 + e^-a) with the logits a, (kTile).
  void choose(Place at, const double* logits, const Found& found);
  /// Takes ln q of a token that was chosen elsewhere.
  void add(const Lanes& log_q) { exponent_ += log_q; }
  /// Σ_tokens ln q.
  [[nodiscard]] Lanes log_q() const;

 private:
  const CausalDraw& draw_;
  Lanes kept_ = Lanes::Zero();
  Lanes exponent_ = Lanes::Zero();
  Lanes norm_ = Lanes::Ones();
};

/// A tile of the chains of a loss.
struct TileRange {
  Index first = 0;
  Index chains = 0;
};

/// l_c − (mean of the others of the tile), the weight of ∇ ln q(s_c) in the score-function gradient
/// of Σ l_c (Williams 1992; leave-one-out baseline of Kool et al. 2019), for the chains of a tile,
/// `loss` that of all chains up to its end. A chain alone in its tile is held against the mean of
/// all before it; the first chain, where it is alone, has no baseline and weighs 0.
[[nodiscard]] Column leave_one_out(const Column& loss, TileRange tile);

}  // namespace nmc
