#pragma once

#include <array>
#include <vector>

#include "models/autoregressive/tile_draw.hpp"
#include "models/tensor_networks/row_network.hpp"

namespace nmc {

/// What a pass over the rows of a tile of chains finds: all spins or labels (kTile, sites), ln q
/// and, where asked for, ln q by token (kTile, sites).
struct RowsFound {
  TileRows<double> s;
  TileRows<double> by_token;
  Lanes log_q = Lanes::Zero();
};

/// Draws the rows of a lattice from the first one down, site by site from the left, for a tile of
/// chains, and evaluates ln q on the way (Frías-Pérez, Mariën, Pérez García, Bañuls and Iblisdir,
/// SciPost Phys. 14, 123 (2023)):
///   q(s_c | all before) ∝ exp(known field · s_c) Σ_{later} exp(…) E_row(…),
/// where a sweep from the right has summed over the spins of the row that are drawn later, and a
/// sweep from the left has put those in that are there.
class RowPass {
 public:
  /// `network` must outlive it, and be one of spins.
  explicit RowPass(const RowNetwork& network);

  void run(const CausalDraw& draw, RowsFound& found);

 private:
  /// By the spin that is summed over or put in, up first.
  using Pair = std::array<TileRows<double>, 2>;
  /// A column of the row that is being drawn.
  struct RowSite {
    Lanes field = Lanes::Zero();    ///< known before the row begins, for −βH
    Lanes bond = Lanes::Zero();     ///< to the column on the right
    std::array<Lanes, 2> weight{};  ///< exp(± field), at most 1
    Lanes alike = Lanes::Ones();    ///< exp(± bond), at most 1
    Lanes unlike = Lanes::Ones();
    std::array<Pair, 2> from_right{};  ///< what lies right of it, by the spin of column 0 on a ring
  };

  void hear_row_above(Index row, const RowsFound& found);
  void sum_from_right(Index row);
  void sum_over_column(Index column, int bonds, std::size_t first_spin);
  void draw_row(Index row, SpinTokens& tokens, RowsFound& found);
  /// ln of the odds of spin up from all that is drawn later.
  void later_log_odds(Index row, Index column, const double* first, Lanes& odds);
  [[nodiscard]] Index width() const { return network_.couplings().width; }
  [[nodiscard]] bool is_ring() const { return network_.couplings().is_ring; }
  /// Values of the spin of column 0 that are told apart.
  [[nodiscard]] std::size_t first_spins() const { return is_ring() ? 2 : 1; }

  const RowNetwork& network_;
  std::vector<RowSite> columns_;
  std::array<Pair, 2> sum_{};  ///< over the spins to the right, by that of column 0 on a ring and
                               ///< by the spin to their left
  Lanes largest_ = Lanes::Zero();
  TileRows<double> left_;  ///< what the spins drawn in the row have made of its bonds
  Pair next_;
};

}  // namespace nmc
