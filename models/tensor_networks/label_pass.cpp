#include "models/tensor_networks/label_pass.hpp"

#include <algorithm>
#include <cmath>

#include "core/simd/functions.hpp"
#include "core/simd/layers.hpp"
#include "models/tensor_networks/row_kernel.hpp"

namespace nmc {
namespace {

using simd::kTile;

void exponentiate(const Lanes& x, Lanes& out) {
  simd::exp({x.data(), kTile}, {out.data(), kTile});
}

std::vector<const double*> vectors_of(const std::vector<TileRows<double>>& by_label) {
  std::vector<const double*> in;
  for (const TileRows<double>& vectors : by_label) in.push_back(vectors.data());
  return in;
}

std::vector<const double*> lanes_of_labels(const std::vector<Lanes>& by_label) {
  std::vector<const double*> in;
  for (const Lanes& lanes : by_label) in.push_back(lanes.data());
  return in;
}

/// exp(x) over the largest of them.
std::vector<double> weights_of(const std::vector<double>& exponents) {
  const double largest = *std::ranges::max_element(exponents);
  std::vector<double> weights;
  for (const double x : exponents) weights.push_back(std::exp(x - largest));
  return weights;
}

Lanes largest_of(const std::vector<Lanes>& numbers) {
  Lanes largest = numbers.front();
  for (const Lanes& lanes : numbers) largest = largest.max(lanes);
  return largest;
}

}  // namespace

LabelPass::LabelPass(const RowNetwork& network)
    : network_(network),
      columns_(at(network.couplings().width)),
      left_(kTile, network.largest_bond()),
      next_(at(labels()), left_),
      logit_(at(labels())) {
  sum_.assign(at(first_labels()), next_);
  for (RowSite& site : columns_) {
    site.known.resize(at(labels()));
    site.weight.resize(at(labels()));
    site.bond.resize(at(labels() * labels()));
    site.from_right = sum_;
  }
}

void LabelPass::run(const CausalDraw& draw, RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  const auto sites = static_cast<Index>(couplings.sites.size());
  found.s.setZero(kTile, sites);
  found.log_q.setZero();
  if (draw.by_token) found.by_token.resize(kTile, sites);
  for (Index row = 0; row < couplings.height; ++row) {
    hear_row_above(row, found);
    sum_from_right(row);
    left_.col(0).setOnes();
    for (Index c = 0; c < width(); ++c) {
      const Token token{row, c};
      double* const s = found.s.col(couplings.site(row, c)).data();
      later_weights(token, found.s.col(couplings.site(row, 0)).data());
      logits_of(token, found);
      choose(token, draw, found);
      put_in(token, s);
    }
  }
}

// −J e(s', t) of every label t.
void LabelPass::hear(double J, const double* neighbour, std::vector<Lanes>& known) const {
  if (J == 0) return;
  for (Index t = 0; t < labels(); ++t)
    for (int c = 0; c < kTile; ++c)
      known[at(t)](c) -= J * network_.coupling().e(static_cast<Index>(neighbour[c]), t);
}

// Exponents of the labels of a row and of its bonds, given the row above.
void LabelPass::hear_row_above(Index row, const RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  const auto above = [&](Index c) {
    return found.s.col(couplings.site(row - 1, (c + width()) % width())).data();
  };
  for (Index c = 0; c < width(); ++c) {
    RowSite& site = column(c);
    for (Index t = 0; t < labels(); ++t)
      site.known[at(t)].setConstant(-couplings.at(row, c).field * network_.coupling().v(t));
    if (row > 0) {
      const Index before = (c + width() - 1) % width(), after = (c + 1) % width();
      hear(couplings.at(row - 1, c).down, above(c), site.known);
      hear(couplings.at(row - 1, before).down_right, above(c - 1), site.known);
      hear(couplings.at(row - 1, after).down_left, above(c + 1), site.known);
    }
    const Lanes largest = largest_of(site.known);
    for (Index t = 0; t < labels(); ++t)
      exponentiate(site.known[at(t)] - largest, site.weight[at(t)]);
    const double J = couplings.at(row, c).right;
    std::ranges::transform(network_.coupling().pair, site.bond.begin(),
                           [J](double e) { return -J * e; });
    site.bond_weight = weights_of(site.bond);
  }
}

// R_c[p] = Σ_t M_c(t) exp(known of t − J e(p, t)) R_{c+1}[t], of which M_c(t) R_{c+1}[t] is kept.
// All of a chain is divided by one number, so that the sums of all first labels can be compared.
void LabelPass::sum_from_right(Index row) {
  for (ByLabel& by_label : sum_)
    for (TileRows<double>& sum : by_label) sum.col(0).setOnes();
  for (Index c = width() - 1; c >= 0; --c) {
    const PackedSite& packed = network_.row(row)[at(c)];
    for (Index first = 0; first < first_labels(); ++first)
      for (Index t = 0; t < labels(); ++t)
        simd::dense_forward(packed.from_right[at(t)].data(), nullptr, {packed.right, packed.left},
                            sum_[at(first)][at(t)].data(),
                            column(c).from_right[at(first)][at(t)].data());
    if (c == 0) return;
    largest_.setZero();
    for (Index first = 0; first < first_labels(); ++first) sum_over_column(c, packed.left, first);
    for (ByLabel& by_label : sum_)
      for (TileRows<double>& sum : by_label)
        tensor::divide(packed.left, largest_.data(), sum.data());
  }
}

void LabelPass::sum_over_column(Index c, int bonds, Index first_label) {
  const RowSite& site = column(c);
  const RowSite& before = column(c - 1);
  const bool closes = is_ring() && c + 1 == width();
  std::vector<Lanes> weight = site.weight;
  const std::vector<const double*> numbers = lanes_of_labels(weight);
  const std::vector<const double*> in = vectors_of(site.from_right[at(first_label)]);
  for (Index p = 0; p < labels(); ++p) {
    for (Index t = 0; t < labels(); ++t) {
      weight[at(t)] = before.bond_weight[at(p * labels() + t)] * site.weight[at(t)];
      if (closes) weight[at(t)] *= site.bond_weight[at(t * labels() + first_label)];
    }
    tensor::sum_over_label({.features = bonds,
                            .in = in,
                            .weight = numbers,
                            .out = sum_[at(first_label)][at(p)].data(),
                            .largest = largest_.data()});
  }
}

// logit_ = ln of what all that is drawn later says of each label, over the largest.
void LabelPass::later_weights(Token token, const double* first) {
  const auto& by_first = column(token.column).from_right;
  const int bonds = network_.row(token.row)[at(token.column)].left;
  const auto weight_of = [&](Index first_label, Index t) {
    Lanes weight;
    tensor::dot(bonds, left_.data(), by_first[at(first_label)][at(t)].data(), weight.data());
    return weight;
  };
  const Eigen::Map<const Lanes> first_of(first);
  for (Index t = 0; t < labels(); ++t) {
    Lanes& later = logit_[at(t)];
    later = weight_of(is_ring() && token.column == 0 ? t : 0, t);
    if (token.column == 0) continue;
    for (Index f = 1; f < first_labels(); ++f)
      later = (first_of == static_cast<double>(f)).select(weight_of(f, t), later);
  }
  // Of labels that truncation has made impossible, all are alike.
  const Lanes largest = largest_of(logit_);
  const double least = network_.least_odds(token.row, token.column);
  for (Lanes& later : logit_) {
    later = (largest > 0).select((later / largest).max(least), 1.0);
    simd::log({later.data(), kTile}, {later.data(), kTile});
  }
}

void LabelPass::logits_of(Token token, const RowsFound& found) {
  const RowCouplings& couplings = network_.couplings();
  const Index c = token.column;
  for (Index t = 0; t < labels(); ++t) logit_[at(t)] += column(c).known[at(t)];
  const auto label_of = [&](Index other) {
    return found.s.col(couplings.site(token.row, other)).data();
  };
  if (c > 0) hear(couplings.at(token.row, c - 1).right, label_of(c - 1), logit_);
  if (is_ring() && c + 1 == width()) hear(couplings.at(token.row, c).right, label_of(0), logit_);
}

// Draws or takes the label of each chain; ln q of it is that of a softmax of the logits.
void LabelPass::choose(Token token, const CausalDraw& draw, RowsFound& found) {
  const Index number = token.row * width() + token.column;
  const Index site = network_.couplings().site(token.row, token.column);
  const Lanes largest = largest_of(logit_);
  std::vector<Lanes> weight(at(labels()));
  Lanes total = Lanes::Zero();
  for (Index t = 0; t < labels(); ++t) {
    logit_[at(t)] -= largest;
    exponentiate(logit_[at(t)], weight[at(t)]);
    total += weight[at(t)];
  }
  auto s = found.s.col(site);
  for (Index c = 0; c < draw.chains; ++c) {
    if (draw.keeps(c, number)) {
      s(c) = (*draw.s)(draw.first + c, site);
      continue;
    }
    double left = (*draw.u)(c, number) * total(c);
    Index t = 0;
    while (t + 1 < labels() && left >= weight[at(t)](c)) left -= weight[at(t++)](c);
    s(c) = static_cast<double>(t);
  }
  Lanes log_q;
  simd::log({total.data(), kTile}, {total.data(), kTile});
  for (int c = 0; c < kTile; ++c) log_q(c) = logit_[at(static_cast<Index>(s(c)))](c) - total(c);
  found.log_q += log_q;
  if (draw.by_token) found.by_token.col(number) = log_q;
}

void LabelPass::put_in(Token token, const double* s) {
  const PackedSite& packed = network_.row(token.row)[at(token.column)];
  for (Index t = 0; t < labels(); ++t)
    simd::dense_forward(packed.from_left[at(t)].data(), nullptr, {packed.left, packed.right},
                        left_.data(), next_[at(t)].data());
  const std::vector<const double*> in = vectors_of(next_);
  tensor::choose_label({packed.right, s, in, left_.data()});
}

}  // namespace nmc
