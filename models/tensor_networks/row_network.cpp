#include "models/tensor_networks/row_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/parallel/available_memory.hpp"
#include "core/simd/layers.hpp"

namespace nmc {
namespace {

/// What is kept, two matrices of a label and a site, and the larger of what is needed beside it: by
/// one step from row to row as many matrices of its bonds before they are cut, by a pass over a row
/// a vector of a tile for each label, on a ring for each label of the first column, too.
double bytes_of_tensors(const RowCouplings& couplings, Index labels, Index chi) {
  const auto matrix = [](double bonds) { return bonds * bonds * sizeof(double); };
  const auto q = static_cast<double>(labels), bonds = static_cast<double>(chi);
  const double ring = couplings.is_ring ? q * q : q;
  const double kept = 2 * q * matrix(bonds) * static_cast<double>(couplings.height);
  const double pass = ring * bonds * simd::kTile * sizeof(double);
  return static_cast<double>(couplings.width) * (kept + std::max(q * matrix(ring * bonds), pass));
}

/// Multiplications that one step from row to row takes, in the triangular factors of its bonds
/// before they are cut.
double work_of_step(const RowCouplings& couplings, Index labels, Index chi) {
  const auto q = static_cast<double>(labels);
  const bool is_crossed = std::ranges::any_of(couplings.cells, [](const RowCouplings::Cell& cell) {
    return cell.down_right != 0 || cell.down_left != 0 || cell.square != 0;
  });
  const double states = std::pow(q, (is_crossed ? 2 : 1) * (couplings.is_ring ? 2 : 1));
  double rows = 1, work = 0;
  for (Index c = 1; c < couplings.width; ++c) {
    const double needed = std::pow(q, static_cast<double>(std::min(c, couplings.width - c)));
    const double bonds = states * std::min(static_cast<double>(chi), needed);
    work += 2 * q * rows * bonds * std::min(q * rows, bonds);
    rows = std::min(q * rows, bonds);
  }
  return work;
}

/// Bonds that no E needs more of: all labels on the shorter side of a bond.
Index most_bonds(const RowCouplings& couplings, Index labels, Index chi) {
  Index needed = 1;
  for (Index c = 0; c < couplings.width / 2 && needed < chi; ++c) needed *= labels;
  return std::min(chi, needed);
}

std::vector<PackedSite> packed(const BoundaryState& state) {
  std::vector<PackedSite> sites;
  for (const SiteMatrices& site : state.sites) {
    PackedSite packed;
    packed.left = static_cast<int>(site.of[0].rows());
    packed.right = static_cast<int>(site.of[0].cols());
    for (const Eigen::MatrixXd& matrix : site.of) {
      // Eigen's columns are the rows of the transposed matrix.
      const double* const transposed = matrix.data();
      packed.from_left.push_back(simd::pack_weights<double>(transposed, packed.right, packed.left));
      packed.from_right.push_back(
          simd::pack_transposed<double>(transposed, packed.right, packed.left));
    }
    sites.push_back(std::move(packed));
  }
  return sites;
}

/// B of a site: to its right and below, on a ring from column 0 to the last one as well.
double later_couplings(const RowCouplings& couplings, Index row, Index column) {
  const Index width = couplings.width;
  const bool is_first = column == 0, is_last = column + 1 == width;
  const Index before = (column + width - 1) % width;
  const RowCouplings::Cell& cell = couplings.at(row, column);
  double sum = std::abs(cell.down) + std::abs(cell.down_right) + std::abs(cell.down_left) +
               std::abs(cell.square) + std::abs(couplings.at(row, before).square);
  const auto bond_to_right = [&](Index left) {
    sum += std::abs(couplings.at(row, left).right);
    if (row > 0) sum += std::abs(couplings.at(row - 1, left).square);
  };
  if (!is_last) bond_to_right(column);
  if (is_first && couplings.is_ring) bond_to_right(before);
  return sum;
}

}  // namespace

void require_room(const RowCouplings& couplings, Index labels, Index chi) {
  require(chi >= 1, fmt::format("chi = {}: a bond has one dimension at least; 16 is a good "
                                "beginning",
                                chi));
  const Index bonds = most_bonds(couplings, labels, chi);
  const double bytes = bytes_of_tensors(couplings, labels, bonds), free = available_memory();
  constexpr double kGiga = 1e9;
  require(bytes < free,
          fmt::format("the tensors of {} rows of {} sites with bonds of {} take up to {:.3g} GB of "
                      "memory, and {:.3g} GB are free: set a smaller chi",
                      couplings.height, couplings.width, bonds, bytes / kGiga, free / kGiga));
  constexpr double kPerHour = 3.6e13;  // at 10 a nanosecond
  const double hours =
      work_of_step(couplings, labels, bonds) * static_cast<double>(couplings.height) / kPerHour;
  require(hours <= 1,
          fmt::format("the tensors of {} rows of {} sites with {} labels and bonds of {} "
                      "take about {:.2g} hours to make: set a smaller chi, or leave "
                      "both directions open",
                      couplings.height, couplings.width, labels, bonds, hours));
}

RowNetwork::RowNetwork(RowCouplings couplings, LabelCoupling coupling, Index chi)
    : couplings_(std::move(couplings)), coupling_(std::move(coupling)) {
  rows_.resize(static_cast<std::size_t>(couplings_.height));
  BoundaryState below = nothing_below(couplings_.width, coupling_.states);
  for (Index row = couplings_.height - 1; row >= 0; --row) {
    if (row + 1 < couplings_.height)
      below = one_row_up(below, transfer_row(couplings_, coupling_, row), chi);
    rows_[static_cast<std::size_t>(row)] = packed(below);
    for (const PackedSite& site : this->row(row))
      largest_bond_ = std::max(largest_bond_, site.right);
  }
  // Odds beyond e^{±700} are 0 or infinity to the eye of a uniform number and to that of a double.
  constexpr double kMostExponent = 700;
  const auto [least, most] = std::ranges::minmax(coupling_.pair);
  for (Index row = 0; row < couplings_.height; ++row)
    for (Index column = 0; column < couplings_.width; ++column)
      least_odds_.push_back(std::exp(
          -std::min((most - least) * later_couplings(couplings_, row, column), kMostExponent)));
}

}  // namespace nmc
