#include "models/tensor_networks/row_pass.hpp"

#include "core/simd/functions.hpp"
#include "core/simd/layers.hpp"
#include "models/tensor_networks/row_kernel.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// exp(x) and exp(−x) over the larger of them.
void exp_both(const Lanes& x, Lanes& plus, Lanes& minus) {
  plus = x - x.abs();
  minus = -x - x.abs();
  simd::exp({plus.data(), kTile}, {plus.data(), kTile});
  simd::exp({minus.data(), kTile}, {minus.data(), kTile});
}

}  // namespace

RowPass::RowPass(const RowNetwork& network)
    : network_(network),
      columns_(static_cast<std::size_t>(network.couplings().width)),
      left_(kTile, network.largest_bond()) {
  const auto make = [&](Pair& pair) {
    for (TileRows<double>& vectors : pair) vectors.resize(kTile, network.largest_bond());
  };
  make(next_);
  for (std::size_t first = 0; first < first_spins(); ++first) {
    make(sum_[first]);
    for (RowSite& column : columns_) make(column.from_right[first]);
  }
}

void RowPass::run(const CausalDraw& draw, RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  const auto sites = static_cast<Index>(couplings.sites.size());
  found.s.resize(kTile, sites);
  if (draw.by_token) found.by_token.resize(kTile, sites);
  SpinTokens tokens(draw);
  for (Index row = 0; row < couplings.height; ++row) {
    hear_row_above(row, found);
    sum_from_right(row);
    draw_row(row, tokens, found);
  }
  found.log_q = tokens.log_q();
}

// Fields and bonds of the row, given the one above.
void RowPass::hear_row_above(Index row, const RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  const auto above = [&](Index c) {
    return found.s.col(couplings.site(row - 1, (c + width()) % width()));
  };
  for (Index c = 0; c < width(); ++c) {
    RowSite& column = columns_[static_cast<std::size_t>(c)];
    column.field.setConstant(couplings.at(row, c).field);
    column.bond.setConstant(couplings.at(row, c).right);
    if (row > 0) {
      column.field += couplings.at(row - 1, c).down * above(c);
      if (const double J = couplings.at(row - 1, (c + width() - 1) % width()).down_right; J != 0)
        column.field += J * above(c - 1);
      if (const double J = couplings.at(row - 1, (c + 1) % width()).down_left; J != 0)
        column.field += J * above(c + 1);
      if (const double K = couplings.at(row - 1, c).square; K != 0)
        column.bond += K * above(c) * above(c + 1);
    }
    exp_both(column.field, column.weight[0], column.weight[1]);
    exp_both(column.bond, column.alike, column.unlike);
  }
}

// R_c[s_{c−1}] = Σ_{s_c} M_c(s_c) exp(field s_c + bond s_{c−1} s_c) R_{c+1}[s_c], of which
// M_c(s_c) R_{c+1}[s_c] is kept. All of a chain is divided by one number, so that the sums of both
// values of the first spin can be compared.
void RowPass::sum_from_right(Index row) {
  for (std::size_t first = 0; first < first_spins(); ++first)
    for (TileRows<double>& sum : sum_[first]) sum.col(0).setOnes();
  for (Index c = width() - 1; c >= 0; --c) {
    const PackedSite& site = network_.row(row)[static_cast<std::size_t>(c)];
    for (std::size_t first = 0; first < first_spins(); ++first)
      for (std::size_t s = 0; s < 2; ++s)
        simd::dense_forward(site.from_right[s].data(), nullptr, {site.right, site.left},
                            sum_[first][s].data(),
                            columns_[static_cast<std::size_t>(c)].from_right[first][s].data());
    if (c == 0) return;
    largest_.setZero();
    for (std::size_t first = 0; first < first_spins(); ++first)
      sum_over_column(c, site.left, first);
    for (std::size_t first = 0; first < first_spins(); ++first)
      for (TileRows<double>& sum : sum_[first])
        tensor::divide(site.left, largest_.data(), sum.data());
  }
}

void RowPass::sum_over_column(Index c, int bonds, std::size_t first_spin) {
  RowSite& column = columns_[static_cast<std::size_t>(c)];
  const RowSite& before = columns_[static_cast<std::size_t>(c - 1)];
  std::array<Lanes, 2> weight = column.weight;
  // The bond around the ring; both values of the first spin leave the same factor out.
  if (is_ring() && c + 1 == width()) {
    const double sign = first_spin == 0 ? 1 : -1;
    const Lanes scale = column.field.abs() + column.bond.abs();
    weight[0] = column.field + sign * column.bond - scale;
    weight[1] = -column.field - sign * column.bond - scale;
    for (Lanes& of_spin : weight) simd::exp({of_spin.data(), kTile}, {of_spin.data(), kTile});
  }
  tensor::sum_over_spin(
      {.features = bonds,
       .in = {column.from_right[first_spin][0].data(), column.from_right[first_spin][1].data()},
       .weight = {weight[0].data(), weight[1].data()},
       .alike = before.alike.data(),
       .unlike = before.unlike.data(),
       .out = {sum_[first_spin][0].data(), sum_[first_spin][1].data()},
       .largest = largest_.data()});
}

void RowPass::later_log_odds(Index row, Index column, const double* first, Lanes& odds) {
  const auto& by_first = columns_[static_cast<std::size_t>(column)].from_right;
  const int bonds = network_.row(row)[static_cast<std::size_t>(column)].left;
  const auto weight_of = [&](std::size_t first_spin, std::size_t s) {
    Lanes weight;
    tensor::dot(bonds, left_.data(), by_first[first_spin][s].data(), weight.data());
    return weight;
  };
  Lanes up, down;
  if (!is_ring()) {
    up = weight_of(0, 0);
    down = weight_of(0, 1);
  } else if (column == 0) {
    up = weight_of(0, 0);
    down = weight_of(1, 1);
  } else {
    const auto is_up = Eigen::Map<const Lanes>(first) > 0;
    up = is_up.select(weight_of(0, 0), weight_of(1, 0));
    down = is_up.select(weight_of(0, 1), weight_of(1, 1));
  }
  tensor::log_odds(up.data(), down.data(), network_.least_odds(row, column), odds.data());
}

void RowPass::draw_row(Index row, SpinTokens& tokens, RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  left_.col(0).setOnes();
  const double* const first = found.s.col(couplings.site(row, 0)).data();
  for (Index c = 0; c < width(); ++c) {
    const PackedSite& packed = network_.row(row)[static_cast<std::size_t>(c)];
    Lanes logits;
    later_log_odds(row, c, first, logits);
    const RowSite& column = columns_[static_cast<std::size_t>(c)];
    Lanes field = column.field;
    if (c > 0)
      field +=
          columns_[static_cast<std::size_t>(c - 1)].bond * found.s.col(couplings.site(row, c - 1));
    if (is_ring() && c + 1 == width()) field += column.bond * Eigen::Map<const Lanes>(first);
    logits += 2 * field;
    const Index token = row * width() + c;
    double* const s = found.s.col(couplings.site(row, c)).data();
    tokens.choose({token, couplings.site(row, c)}, logits.data(),
                  {s, found.by_token.cols() > 0 ? found.by_token.col(token).data() : nullptr});
    for (std::size_t k = 0; k < 2; ++k)
      simd::dense_forward(packed.from_left[k].data(), nullptr, {packed.left, packed.right},
                          left_.data(), next_[k].data());
    tensor::choose({packed.right, s, {next_[0].data(), next_[1].data()}, left_.data()});
  }
}

}  // namespace nmc
