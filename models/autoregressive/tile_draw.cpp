#include "models/autoregressive/tile_draw.hpp"

#include "core/simd/functions.hpp"
#include "models/autoregressive/spin_draw_kernel.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// The rows of one tile in a column: in place where the tile is full, else copied to `padded`.
const double* lanes_of(const Batch& table, Index column, const CausalDraw& draw, Lanes& padded) {
  if (draw.chains == kTile) return table.col(column).data() + draw.first;
  padded.setOnes();
  padded.head(draw.chains) = table.col(column).segment(draw.first, draw.chains);
  return padded.data();
}

}  // namespace

SpinTokens::SpinTokens(const CausalDraw& draw) : draw_(draw) {
  if (draw.kept.empty()) return;
  for (Index c = 0; c < draw.chains; ++c)
    kept_(c) = static_cast<double>(draw.kept[static_cast<std::size_t>(draw.first + c)]);
}

void SpinTokens::choose(Place at, const double* logits, const Found& found) {
  Lanes given;
  SpinDraw one{.logits = logits,
               .token = static_cast<double>(at.token),
               .s = found.s,
               .exponent = exponent_.data(),
               .norm = norm_.data(),
               .log_q = found.log_q,
               .up = found.up};
  if (draw_.u != nullptr) one.u = draw_.u->col(at.token).data();
  if (draw_.s != nullptr) one.given = lanes_of(*draw_.s, at.site, draw_, given);
  if (!draw_.kept.empty()) one.kept = kept_.data();
  draw_spins(one);
  constexpr Index kFactors = 512;  // of at most 2 each: far from overflow
  if (at.token % kFactors != kFactors - 1) return;
  exponent_ = log_q();
  norm_.setOnes();
}

Lanes SpinTokens::log_q() const {
  Lanes log_norm;
  simd::log({norm_.data(), kTile}, {log_norm.data(), kTile});
  return exponent_ - log_norm;
}

// l_c − (Σ_others l) / (n − 1) = (n l_c − Σ l) / (n − 1).
Column leave_one_out(const Column& loss, TileRange tile) {
  const Column own = loss.segment(tile.first, tile.chains);
  const auto count = static_cast<double>(tile.chains);
  if (tile.chains > 1) return (count * own - own.sum()) / (count - 1);
  if (tile.first > 0) return own - loss.head(tile.first).mean();
  return Column::Zero(tile.chains);
}

}  // namespace nmc
