#pragma once

#include <span>
#include <vector>

#include "core/roles/proposal.hpp"
#include "core/spins/graph.hpp"
#include "models/tensor_networks/free_sheets.hpp"

namespace nmc {

/// Redraws all spins but a few: sheets of the lattice (FreeSheets) are drawn given all that stays
/// from tensor networks of bonds chi, made anew for every chain, since what stays is a field on the
/// edges of a sheet. The ratio is that of their ln q, so that a wide chi is a heat bath of almost
/// all spins at once, without rejections, and every chi is exact.
class SheetHeatBath final : public Proposal {
 public:
  /// `graph` must outlive it. UserError for terms of four spins, couplings that do not join
  /// neighbours of a plane or of space, chi < 1.
  SheetHeatBath(const Graph& graph, const std::vector<Index>& extents, double beta, Index chi);

  [[nodiscard]] Index sites() const override { return graph_.sites; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;

  [[nodiscard]] const FreeSheets& sheets() const { return sheets_; }
  /// ln q of the spins of a sheet given all others, of every row of s: (chains).
  [[nodiscard]] Column log_q(const SiteGrid& sheet, const Batch& s) const;

 private:
  /// New spins of one sheet in one chain.
  struct Redrawn {
    Batch s;            ///< (1, sites of the sheet)
    double gained = 0;  ///< ln q of the old spins less that of the new ones
  };
  [[nodiscard]] Redrawn redraw(const SiteGrid& sheet, const Batch& s, const Batch& u) const;

  const Graph& graph_;
  FreeSheets sheets_;
  double beta_;
  Index chi_;
};

}  // namespace nmc
