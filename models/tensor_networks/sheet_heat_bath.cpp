#include "models/tensor_networks/sheet_heat_bath.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "models/tensor_networks/row_pass.hpp"

namespace nmc {
namespace {

/// s of the sites of a sheet, (rows, sites of the sheet).
Batch spins_of(const SiteGrid& sheet, const Batch& s) {
  Batch inner(s.rows(), std::ssize(sheet.sites));
  for (Index k = 0; k < inner.cols(); ++k)
    inner.col(k) = s.col(sheet.sites[static_cast<std::size_t>(k)]);
  return inner;
}

/// Whether a bond leads at most one site along each direction, around the edges too.
bool are_neighbours(const Bond& bond, const std::vector<Index>& extents) {
  Index i = bond.i, j = bond.j;
  for (const Index extent : extents) {
    const Index step = (j % extent - i % extent + extent) % extent;
    if (step > 1 && step != extent - 1) return false;
    i /= extent;
    j /= extent;
  }
  return true;
}

}  // namespace

SheetHeatBath::SheetHeatBath(const Graph& graph, const std::vector<Index>& extents, double beta,
                             Index chi)
    : graph_(graph), sheets_(extents), beta_(beta), chi_(chi) {
  RowCouplings largest;
  largest.width = largest.height = std::ranges::max(extents);
  require_room(largest, 2, chi);
  require(graph.plaquettes.empty(),
          "a sheet is redrawn given all others where terms are of two spins, and this system has "
          "terms of four");
  for (const Bond& bond : graph.bonds)
    require(
        are_neighbours(bond, extents),
        fmt::format("sheets are redrawn where couplings join neighbours of the lattice, and the "
                    "bond of sites {} and {} does not",
                    bond.i, bond.j));
}

void SheetHeatBath::init(ChainState& state, const Streams& streams, Index chains) const {
  if (state.x.cols() > 0) return;
  Batch u(chains, sites());
  fill_uniform(streams.with(Purpose::init), u);
  state.x = (u < 0.5).select(Batch::Ones(chains, sites()), -1.0);
}

// Rows 0 and 1 of a tile: the new spins are drawn, the old ones are kept; both in one pass.
SheetHeatBath::Redrawn SheetHeatBath::redraw(const SiteGrid& sheet, const Batch& s,
                                             const Batch& u) const {
  const RowNetwork network(times_beta(rows_given_others(graph_, sheet, s), beta_), chi_);
  const Index count = std::ssize(sheet.sites);
  const std::vector<Index> kept{0, count};
  const Batch both = spins_of(sheet, s).replicate(2, 1);
  Batch numbers = Batch::Constant(simd::kTile, count, 0.5);
  numbers.row(0) = u.row(0);
  RowsFound found;
  RowPass(network).run({.s = &both, .kept = kept, .u = &numbers, .chains = 2}, found);
  return {found.s.row(0), found.log_q(1) - found.log_q(0)};
}

Proposed SheetHeatBath::propose(const ChainState& state, const Streams& streams,
                                Index attempt) const {
  const Index chains = state.x.rows(), choices = sheets_.choices();
  Batch where(chains, choices), u(chains, sites());
  fill_uniform(streams.with(Purpose::suffix), where, attempt * choices);
  fill_uniform(streams.with(Purpose::propose), u, attempt * sites());
  ChainState next;
  next.x = state.x;
  Column log_ratio = Column::Zero(chains);
  for (Index c = 0; c < chains; ++c) {
    const Batch choice = where.row(c), old = state.x.row(c);
    const std::span<const double> numbers{choice.data(), static_cast<std::size_t>(choices)};
    for (const SiteGrid& sheet : sheets_.choose(numbers)) {
      const Redrawn redrawn = redraw(sheet, old, spins_of(sheet, u.row(c)));
      log_ratio(c) += redrawn.gained;
      for (Index k = 0; k < redrawn.s.cols(); ++k)
        next.x(c, sheet.sites[static_cast<std::size_t>(k)]) = redrawn.s(0, k);
    }
  }
  return {std::move(next), std::move(log_ratio)};
}

Column SheetHeatBath::log_q(const SiteGrid& sheet, const Batch& s) const {
  Column log_q(s.rows());
  const Batch inner = spins_of(sheet, s);
  for (Index c = 0; c < s.rows(); ++c) {
    const Batch one = inner.row(c);
    const RowNetwork network(times_beta(rows_given_others(graph_, sheet, s.row(c)), beta_), chi_);
    RowsFound found;
    RowPass(network).run({.s = &one, .chains = 1}, found);
    log_q(c) = found.log_q(0);
  }
  return log_q;
}

}  // namespace nmc
