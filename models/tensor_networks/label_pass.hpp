#pragma once

#include <vector>

#include "models/tensor_networks/row_pass.hpp"

namespace nmc {

/// RowPass of labels 0 … q − 1: rows from the first one down, site by site from the left,
///   q(s_c = t | all before) ∝ exp[−J e(s_{c−1}, t) − … − h v(t)] Σ_{later} exp(…) E_row(…).
class LabelPass {
 public:
  /// `network` must outlive it.
  explicit LabelPass(const RowNetwork& network);

  void run(const CausalDraw& draw, RowsFound& found);

 private:
  using ByLabel = std::vector<TileRows<double>>;
  /// A column of the row that is being drawn.
  struct RowSite {
    std::vector<Lanes> known;         ///< (q) exponents that are known before the row begins
    std::vector<Lanes> weight;        ///< (q) their exponentials, at most 1
    std::vector<double> bond;         ///< (q, q) exponents to the column on the right
    std::vector<double> bond_weight;  ///< their exponentials, at most 1
    std::vector<ByLabel> from_right;  ///< what lies right of it, by the label of column 0 on a ring
  };
  /// A token that is being chosen.
  struct Token {
    Index row = 0;
    Index column = 0;
  };

  void hear_row_above(Index row, const RowsFound& found);
  void hear(double J, const double* neighbour, std::vector<Lanes>& known) const;
  void sum_from_right(Index row);
  void sum_over_column(Index column, int bonds, Index first_label);
  void later_weights(Token token, const double* first);
  void logits_of(Token token, const RowsFound& found);
  void choose(Token token, const CausalDraw& draw, RowsFound& found);
  void put_in(Token token, const double* s);
  [[nodiscard]] Index width() const { return network_.couplings().width; }
  [[nodiscard]] bool is_ring() const { return network_.couplings().is_ring; }
  [[nodiscard]] Index labels() const { return network_.coupling().states; }
  /// Labels of column 0 that are told apart.
  [[nodiscard]] Index first_labels() const { return is_ring() ? labels() : 1; }
  [[nodiscard]] RowSite& column(Index c) { return columns_[static_cast<std::size_t>(c)]; }
  [[nodiscard]] static std::size_t at(Index k) { return static_cast<std::size_t>(k); }

  const RowNetwork& network_;
  std::vector<RowSite> columns_;
  std::vector<ByLabel> sum_;  ///< over the labels to the right, by that of column 0 on a ring and
                              ///< by the label to their left
  Lanes largest_ = Lanes::Zero();
  TileRows<double> left_;  ///< what the labels drawn in the row have made of its bonds
  ByLabel next_;
  std::vector<Lanes> logit_;  ///< (q)
};

}  // namespace nmc
