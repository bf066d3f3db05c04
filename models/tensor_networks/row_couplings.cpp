#include "models/tensor_networks/row_couplings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// A ring of two columns would be two bonds of the same pair, which are one bond of both couplings.
constexpr Index kLeastRing = 3;

/// Puts couplings into rows that run along one direction of the lattice.
class RowFiller {
 public:
  RowFiller(const std::array<Index, 2>& extents, bool along_x) {
    rows_.width = extents[along_x ? 0 : 1];
    rows_.height = extents[along_x ? 1 : 0];
    const std::size_t sites = static_cast<std::size_t>(rows_.width * rows_.height);
    places_.resize(sites);
    rows_.cells.resize(sites);
    for (Index r = 0; r < rows_.height; ++r)
      for (Index c = 0; c < rows_.width; ++c) {
        const Index site = along_x ? c + extents[0] * r : r + extents[0] * c;
        rows_.sites.push_back(site);
        places_[static_cast<std::size_t>(site)] = {r, c};
      }
  }

  /// False, with the reason in fault(), where a coupling has no place in the rows.
  bool fill(const Graph& graph) {
    for (std::size_t i = 0; i < graph.field.size(); ++i) cell(places_[i]).field += graph.field[i];
    return std::ranges::all_of(graph.bonds, [this](const Bond& bond) { return add(bond); }) &&
           std::ranges::all_of(graph.plaquettes, [this](const Plaquette& p) { return add(p); });
  }

  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const RowCouplings& rows() const { return rows_; }

 private:
  struct Place {
    Index row = 0;
    Index column = 0;
    auto operator<=>(const Place&) const = default;
  };

  [[nodiscard]] Place place(Index site) const { return places_[static_cast<std::size_t>(site)]; }
  RowCouplings::Cell& cell(Place at) {
    return rows_.cells[static_cast<std::size_t>(at.row * rows_.width + at.column)];
  }
  /// Whether `step` columns lead once around.
  bool closes(Index step) {
    if (rows_.width < kLeastRing || step != rows_.width - 1) return false;
    rows_.is_ring = true;
    return true;
  }

  bool add(const Bond& bond) {
    const auto [from, to] = std::minmax({place(bond.i), place(bond.j)});
    const Index step = to.column - from.column;
    double* J = nullptr;
    if (to.row == from.row)
      J = step == 1 ? &cell(from).right : closes(step) ? &cell(to).right : nullptr;
    else if (to.row == from.row + 1)
      J = between_rows(from, step);
    if (J == nullptr) {
      fault_ = fmt::format("the bond of sites {} and {}", bond.i, bond.j);
      return false;
    }
    *J += bond.J;
    return true;
  }

  double* between_rows(Place from, Index step) {
    if (step == 0) return &cell(from).down;
    if (step == 1 || closes(-step)) return &cell(from).down_right;
    if (step == -1 || closes(step)) return &cell(from).down_left;
    return nullptr;
  }

  bool add(const Plaquette& plaquette) {
    std::array<Place, 4> at{};
    std::ranges::transform(plaquette.sites, at.begin(), [this](Index site) { return place(site); });
    std::ranges::sort(at);
    const Index step = at[1].column - at[0].column;
    const bool is_square = at[1].row == at[0].row && at[2].row == at[0].row + 1 &&
                           at[3].row == at[2].row && at[2].column == at[0].column &&
                           at[3].column == at[1].column;
    if (!is_square || (step != 1 && !closes(step))) {
      fault_ = fmt::format("the term of sites {}", fmt::join(plaquette.sites, ", "));
      return false;
    }
    cell(step == 1 ? at[0] : at[1]).square += plaquette.K;
    return true;
  }

  RowCouplings rows_;
  std::vector<Place> places_;
  std::string fault_;
};

}  // namespace

bool RowCouplings::is_crossed(Index row) const {
  const auto first = cells.begin() + row * width;
  return std::any_of(first, first + width, [](const Cell& cell) {
    return cell.down_right != 0 || cell.down_left != 0 || cell.square != 0;
  });
}

RowCouplings row_couplings(const Graph& graph, const std::vector<Index>& extents) {
  require(extents.size() <= 2,
          fmt::format("a lattice of {} is taken row after row, and has {} directions: rows are "
                      "those of a chain or a plane",
                      fmt::join(extents, "x"), extents.size()));
  const std::array<Index, 2> plane{extents.empty() ? 1 : extents[0],
                                   extents.size() == 2 ? extents[1] : 1};
  require(
      plane[0] >= 1 && plane[1] >= 1 && plane[0] <= graph.sites &&
          plane[1] == graph.sites / plane[0] && plane[0] * plane[1] == graph.sites,
      fmt::format("a lattice of {} does not have {} sites", fmt::join(extents, "x"), graph.sites));
  RowFiller along_x(plane, true), along_y(plane, false);
  const bool fits_x = along_x.fill(graph), fits_y = along_y.fill(graph);
  require(fits_x || fits_y,
          fmt::format("the lattice is taken row after row, open at the first and at the last, and "
                      "{} joins other places than neighbours in a row or in two that follow each "
                      "other: leave one direction open at least",
                      along_x.fault()));
  const bool is_narrower_along_y = plane[1] < plane[0];
  return fits_x && !(fits_y && is_narrower_along_y) ? along_x.rows() : along_y.rows();
}

RowCouplings rows_given_others(const Graph& graph, const SiteGrid& sheet,
                               const Eigen::Ref<const Batch>& s) {
  constexpr Index kOutside = -1;
  std::vector<Index> place(static_cast<std::size_t>(graph.sites), kOutside);
  Graph inner;
  inner.sites = std::ssize(sheet.sites);
  for (Index k = 0; k < inner.sites; ++k) {
    const auto site = static_cast<std::size_t>(sheet.sites[static_cast<std::size_t>(k)]);
    place[site] = k;
    inner.field.push_back(graph.field.empty() ? 0 : graph.field[site]);
  }
  for (const Bond& bond : graph.bonds) {
    const Index i = place[static_cast<std::size_t>(bond.i)];
    const Index j = place[static_cast<std::size_t>(bond.j)];
    if (i != kOutside && j != kOutside)
      inner.bonds.push_back({i, j, bond.J});
    else if (i != kOutside)
      inner.field[static_cast<std::size_t>(i)] += bond.J * s(0, bond.j);
    else if (j != kOutside)
      inner.field[static_cast<std::size_t>(j)] += bond.J * s(0, bond.i);
  }
  RowFiller rows({sheet.width, inner.sites / sheet.width}, true);
  if (!rows.fill(inner)) throw std::logic_error(rows.fault() + " has no place in a sheet");
  return rows.rows();
}

RowCouplings times_beta(RowCouplings couplings, double beta) {
  for (RowCouplings::Cell& cell : couplings.cells) {
    cell.field *= beta;
    cell.right *= beta;
    cell.down *= beta;
    cell.down_right *= beta;
    cell.down_left *= beta;
    cell.square *= beta;
  }
  return couplings;
}

}  // namespace nmc
