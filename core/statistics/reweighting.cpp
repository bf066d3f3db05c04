#include "core/statistics/reweighting.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "core/statistics/energy_levels.hpp"
#include "core/statistics/gamma_method.hpp"
#include "core/statistics/mbar.hpp"

namespace nmc::statistics {
namespace {

// The error of an error from 40 blocks is 11 %, from 10 it is 24 %.
constexpr Index kMostBlocks = 40, kLeastBlocks = 10;
// A block of length n loses about τ/n of its variance to its neighbours.
constexpr double kTausPerBlock = 50;

/// 2τ of the energy of a state; 1 where all draws are one energy.
double inefficiency(const Chains& energy) {
  const double tau = gamma_method(energy).tau_int;
  return std::isfinite(tau) ? std::max(1.0, 2 * tau) : 1;
}

// Energies beyond three standard deviations over β are never weighted with success, but by 10^5
// draws and more: bins are narrow enough up to there, and between neighbours.
double width_of_beta(const BoltzmannDraws& draws) {
  double largest = 0;
  for (const Chains& energy : draws.energy) {
    const double square = (energy - energy.mean()).square().mean();
    largest = std::max(largest, std::sqrt(square));
  }
  Column sorted = draws.beta;
  std::sort(sorted.begin(), sorted.end());
  double step = largest > 0 ? 3 / largest : 1;
  for (Index k = 1; k < sorted.size(); ++k) step = std::max(step, sorted(k) - sorted(k - 1));
  return step;
}

/// ln Z_k − ln Z_0 by the trapezoidal rule for −∫⟨E⟩ dβ, from where the equations are soon solved.
Column integrated_lnZ(const BoltzmannDraws& draws) {
  std::vector<Index> order(static_cast<std::size_t>(draws.beta.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, {}, [&](Index k) { return draws.beta(k); });
  const auto mean = [&](Index k) { return draws.energy[static_cast<std::size_t>(k)].mean(); };
  Column lnZ = Column::Zero(draws.beta.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Index a = order[i - 1], b = order[i];
    lnZ(b) = lnZ(a) - (draws.beta(b) - draws.beta(a)) * (mean(a) + mean(b)) / 2;
  }
  return lnZ - lnZ(0);
}

double link_of(const BoltzmannDraws& two) {
  const EnergyLevels levels(two.energy, width_of_beta(two));
  PooledDraws pooled{(levels.energy().matrix() * -two.beta.matrix().transpose()).array(),
                     Column::Zero(levels.energy().size()), Column::Zero(2)};
  for (Index k = 0; k < 2; ++k) {
    const Chains& energy = two.energy[static_cast<std::size_t>(k)];
    const double share = 1 / inefficiency(energy);
    for (Index i = 0; i < energy.size(); ++i) pooled.weight(levels.of(energy.data()[i])) += share;
    pooled.counts(k) = share * static_cast<double>(energy.size());
  }
  const MbarResult solved = mbar(pooled, integrated_lnZ(two));
  if (!solved.converged) return 0;
  // ln of the odds that a draw is of the second state
  const Column odds = pooled.log_density.col(1) - pooled.log_density.col(0) - solved.lnZ(1) +
                      std::log(pooled.counts(1) / pooled.counts(0));
  const Column p = 1 / (1 + odds.exp());
  return (pooled.weight * p * (1 - p)).sum();
}

}  // namespace

std::vector<std::vector<Index>> linked_states(const BoltzmannDraws& draws) {
  std::vector<Index> order(static_cast<std::size_t>(draws.beta.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, {}, [&](Index k) { return draws.beta(k); });
  std::vector<std::vector<Index>> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    bool is_linked = false;
    if (i > 0) {
      const Index a = order[i - 1], b = order[i];
      Column beta(2);
      beta << draws.beta(a), draws.beta(b);
      is_linked = link_of({beta,
                           {draws.energy[static_cast<std::size_t>(a)],
                            draws.energy[static_cast<std::size_t>(b)]}}) >= kLeastLink;
    }
    if (!is_linked) groups.emplace_back();
    groups.back().push_back(order[i]);
  }
  return groups;
}

Reweighting::Reweighting(const BoltzmannDraws& draws, double lowest)
    : lowest_(lowest), beta_(draws.beta), share_(draws.beta.size()) {
  assert(std::ssize(draws.energy) == beta_.size() && beta_.size() > 0);
  const EnergyLevels levels(draws.energy, width_of_beta(draws));
  energy_ = levels.energy();
  if (levels.is_exact() && energy_.size() > 1) {
    Column sorted = energy_;
    std::sort(sorted.begin(), sorted.end());
    gap_ = (sorted.tail(sorted.size() - 1) - sorted.head(sorted.size() - 1)).minCoeff();
  }
  cut_blocks(draws);
  const Index states = beta_.size();
  state_counts_ = Batch::Zero(states, blocks());
  for (Index k = 0; k < states; ++k) {
    const Chains& energy = draws.energy[static_cast<std::size_t>(k)];
    auto& level = level_.emplace_back(static_cast<std::size_t>(energy.size()));
    for (Index i = 0; i < energy.size(); ++i) {
      const Index l = levels.of(energy.data()[i]);
      level[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(l);
      const Index block = block_of(k, i);
      counts_.blocks(l, block) += share_(k);
      state_counts_(k, block) += share_(k);
    }
  }
  counts_.all = counts_.blocks.rowwise().sum();
  lnZ_ = Batch::Constant(states, 1 + blocks(), not_a_number);
  lnZ_.col(0) = integrated_lnZ(draws);
  log_mixture_ = Batch::Constant(energy_.size(), 1 + blocks(), not_a_number);
  for (Index row = 0; row <= blocks(); ++row) solve(row);
}

void Reweighting::cut_blocks(const BoltzmannDraws& draws) {
  Index count = kMostBlocks;
  for (std::size_t k = 0; k < draws.energy.size(); ++k) {
    const Chains& energy = draws.energy[k];
    const double twice_tau = inefficiency(energy);
    share_(static_cast<Index>(k)) = 1 / twice_tau;
    chains_.push_back(energy.cols());
    const auto fitting =
        static_cast<Index>(2 * static_cast<double>(energy.size()) / (kTausPerBlock * twice_tau));
    // Whole chains are blocks whatever τ is.
    count = std::min(count, std::max({fitting, energy.cols(), kLeastBlocks}));
    count = std::min(count, std::max<Index>(1, energy.size() / 2));
  }
  block_length_ = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < draws.energy.size(); ++k)
    if (chains_[k] < count)
      block_length_ =
          std::min(block_length_, static_cast<double>(draws.energy[k].size()) /
                                      static_cast<double>(count) * share_(static_cast<Index>(k)));
  counts_.blocks = Batch::Zero(energy_.size(), count);
}

// The draws of a state lie chain after chain.
Index Reweighting::block_of(Index state, Index draw) const {
  const auto k = static_cast<std::size_t>(state);
  const Index all = std::ssize(level_[k]), chains = chains_[k];
  if (chains >= blocks()) return draw / (all / chains) * blocks() / chains;
  return draw * blocks() / all;
}

void Reweighting::solve(Index row) {
  PooledDraws pooled{(energy_.matrix() * -beta_.matrix().transpose()).array(),
                     counts_.of(row).max(0.0), state_counts_.rowwise().sum()};
  if (row > 0) pooled.counts -= state_counts_.col(row - 1);
  if (!(pooled.counts > 0).all()) return;
  const MbarResult solved = mbar(pooled, lnZ_.col(0));
  lnZ_.col(row) = solved.lnZ;
  if (!solved.converged) return;
  Batch terms = pooled.log_density;
  terms.rowwise() += (pooled.counts.log() - solved.lnZ).transpose();
  const Column largest = terms.rowwise().maxCoeff();
  terms.colwise() -= largest;
  log_mixture_.col(row) = largest + terms.exp().rowwise().sum().log();
}

void Reweighting::add(const std::function<Chains(Index state)>& values) {
  Table& table = sums_.emplace_back(Table{Batch::Zero(energy_.size(), blocks()), {}});
  for (Index k = 0; k < beta_.size(); ++k) {
    const Chains draws = values(k);
    const auto& level = level_[static_cast<std::size_t>(k)];
    assert(draws.size() == std::ssize(level));
    for (Index i = 0; i < draws.size(); ++i)
      table.blocks(level[static_cast<std::size_t>(i)], block_of(k, i)) +=
          share_(k) * draws.data()[i];
  }
  table.all = table.blocks.rowwise().sum();
}

Index Reweighting::nearest(double beta) const {
  Index place = 0;
  (beta_ - beta).abs().minCoeff(&place);
  return place;
}

Column Reweighting::Table::of(Index row) const {
  return row == 0 ? all : Column(all - blocks.col(row - 1));
}

Column Reweighting::log_weights(double beta, Index row) const {
  return -beta * energy_ - log_mixture_.col(row);
}

Column Reweighting::means(double beta, Index row) const {
  const Column log_w = log_weights(beta, row);
  const Column w = (log_w - log_w.maxCoeff()).exp();
  const double count = (counts_.of(row) * w).sum();
  Column result(std::ssize(sums_));
  for (Index o = 0; o < result.size(); ++o)
    result(o) = (sums_[static_cast<std::size_t>(o)].of(row) * w).sum() / count;
  return result;
}

Reweighted Reweighting::at(double beta) const {
  Reweighted result{Batch(1 + blocks(), std::ssize(sums_)), Column::Zero(1 + blocks())};
  const Index here = nearest(beta);
  for (Index row = 0; row <= blocks(); ++row) {
    result.means.row(row) = means(beta, row).transpose();
    if (beta == beta_(here)) continue;
    const Column log_w = log_weights(beta, row);
    const double largest = log_w.maxCoeff();
    const double sum = (counts_.of(row) * (log_w - largest).exp()).sum();
    result.lnZ(row) = largest + std::log(sum) - lnZ_(here, row);
  }
  return result;
}

ReweightedValue jackknifed(const Column& values) {
  const Index blocks = values.size() - 1;
  if (blocks < 2 || !values.allFinite()) return {};
  const auto n = static_cast<double>(blocks);
  const Column without = values.tail(blocks);
  const double error = std::sqrt((n - 1) / n * (without - without.mean()).square().sum());
  return {values(0), error > kRounding * std::abs(values(0)) ? error : 0};
}

}  // namespace nmc::statistics
