#include "core/statistics/ladder_lnz.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "core/statistics/energy_levels.hpp"
#include "core/statistics/gamma_method.hpp"
#include "core/statistics/integration.hpp"
#include "core/statistics/mbar.hpp"

namespace nmc::statistics {
namespace {

constexpr Index kBlocks = 40;  // the error of an error from 40 blocks is 11 %

/// Which block a draw belongs to: whole chains where there are enough of them, else stretches.
struct Blocks {
  Index draws, chains, count;
  Blocks(Index draws, Index chains) : draws(draws), chains(chains) {
    constexpr Index kLeastDraws = 8;
    const Index stretches = std::clamp<Index>((kBlocks + chains - 1) / chains, 1,
                                              std::max<Index>(1, draws / kLeastDraws));
    count = chains >= kBlocks ? kBlocks : chains * stretches;
  }
  [[nodiscard]] Index of(Index draw, Index chain) const {
    if (chains >= kBlocks) return chain * count / chains;
    const Index stretches = count / chains;
    return chain * stretches + draw * stretches / draws;
  }
};

/// Sums of powers of E − centre of every (block, state), and the number of draws.
struct PowerSums {
  std::vector<Batch> power;  ///< 0 … 3, (blocks, states)
  Column centre;             ///< (states)
};

struct Place {
  Index draw, chain;
};

/// 1, E − c, (E − c)², (E − c)³; of binned draws their means, the last of which is not known.
std::array<double, 4> powers_of(const LadderEnergies& ladder, Index state, Place at, double c) {
  const auto k = static_cast<std::size_t>(state);
  const double energy = ladder.energy[k](at.draw, at.chain), d = energy - c;
  if (ladder.square.empty()) return {1, d, d * d, d * d * d};
  return {1, d, ladder.square[k](at.draw, at.chain) - 2 * c * energy + c * c, 0};
}

PowerSums power_sums(const LadderEnergies& ladder, const Blocks& blocks) {
  const Index states = ladder.beta.size();
  PowerSums sums{std::vector<Batch>(4, Batch::Zero(blocks.count, states)), Column(states)};
  for (Index k = 0; k < states; ++k) {
    const Chains& energy = ladder.energy[static_cast<std::size_t>(k)];
    sums.centre(k) = energy.mean();
    for (Index chain = 0; chain < energy.cols(); ++chain)
      for (Index draw = 0; draw < energy.rows(); ++draw) {
        const auto powers = powers_of(ladder, k, {draw, chain}, sums.centre(k));
        for (std::size_t n = 0; n < powers.size(); ++n)
          sums.power[n](blocks.of(draw, chain), k) += powers[n];
      }
  }
  return sums;
}

/// Slope of a function on an uneven grid: of the parabola through a point and its neighbours.
Column slope(const Column& x, const Column& f) {
  const Index n = x.size();
  Column chord(n - 1), result(n);
  for (Index i = 0; i + 1 < n; ++i) chord(i) = (f(i + 1) - f(i)) / (x(i + 1) - x(i));
  result(0) = chord(0);
  result(n - 1) = chord(n - 2);
  for (Index i = 1; i + 1 < n; ++i) {
    const double left = x(i) - x(i - 1), right = x(i + 1) - x(i);
    result(i) = (right * chord(i - 1) + left * chord(i)) / (left + right);
  }
  return result;
}

/// What is made of ⟨E⟩ along the ladder, (states) each.
struct Integrated {
  Integral lnZ;
  Column lower, upper, entropy;
  [[nodiscard]] Column stacked() const {
    Column all(4 * lower.size());
    all << lnZ.value, lower, upper, entropy;
    return all;
  }
};

/// −Σ Δβ E over the intervals up to every state, E at one of their ends.
Column riemann_sum(const Column& beta, const Column& energy, bool is_colder_end) {
  Column sum = Column::Zero(beta.size());
  for (Index k = 1; k < beta.size(); ++k)
    sum(k) = sum(k - 1) - (beta(k) - beta(k - 1)) * energy(is_colder_end ? k : k - 1);
  return sum;
}

/// −∫⟨E⟩ dβ and so on from the sums of all blocks but one (none is left out at −1).
Integrated integrate(const LadderEnergies& ladder, const PowerSums& sums, Index left_out) {
  std::vector<Column> total;
  for (const Batch& table : sums.power) {
    total.emplace_back(table.colwise().sum().transpose());
    if (left_out >= 0) total.back() -= table.row(left_out).transpose();
  }
  const Column first = total[1] / total[0], second = total[2] / total[0];
  const Column variance = second - first.square();
  const Column third = ladder.square.empty()
                           ? Column(total[3] / total[0] - 3 * first * second + 2 * first.cube())
                           : Column(-slope(ladder.beta, variance));
  const Column energy = sums.centre + first;
  Integral integral = hermite_integral({ladder.beta, energy, -variance, third});
  integral.value = -integral.value;
  return {integral, riemann_sum(ladder.beta, energy, false), riemann_sum(ladder.beta, energy, true),
          integral.value + ladder.beta * energy};
}

/// Standard error of estimate(-1) from the estimates with block b left out.
Column jackknife_error(Index blocks, const std::function<Column(Index)>& estimate) {
  std::vector<Column> without;
  for (Index b = 0; b < blocks; ++b) without.push_back(estimate(b));
  Column mean = Column::Zero(without.front().size());
  for (const Column& value : without) mean += value / static_cast<double>(blocks);
  Column square = Column::Zero(mean.size());
  for (const Column& value : without) square += (value - mean).square();
  return (square * static_cast<double>(blocks - 1) / static_cast<double>(blocks)).sqrt();
}

Column pooled_weights(const LadderEnergies& ladder) {
  Column weight(ladder.beta.size());
  for (Index k = 0; k < weight.size(); ++k) {
    const double tau = gamma_method(ladder.energy[static_cast<std::size_t>(k)]).tau_int;
    weight(k) = std::isfinite(tau) && tau > 0.5 ? 1 / (2 * tau) : 1;
  }
  return weight;
}

/// The draws as levels of the energy, weighted, for each block.
struct BlockedLevels {
  Column energy;  ///< (levels)
  Batch weight;   ///< (levels, blocks)
  Batch counts;   ///< (states, blocks)
};

BlockedLevels blocked_levels(const LadderEnergies& ladder, const Blocks& blocks) {
  const Column gaps =
      ladder.beta.tail(ladder.beta.size() - 1) - ladder.beta.head(ladder.beta.size() - 1);
  const EnergyLevels levels(ladder.energy, gaps.maxCoeff());
  const Column weight = pooled_weights(ladder);
  BlockedLevels table{levels.energy(), Batch::Zero(levels.energy().size(), blocks.count),
                      Batch::Zero(weight.size(), blocks.count)};
  for (Index k = 0; k < weight.size(); ++k) {
    const Chains& energy = ladder.energy[static_cast<std::size_t>(k)];
    for (Index chain = 0; chain < energy.cols(); ++chain)
      for (Index draw = 0; draw < energy.rows(); ++draw) {
        const Index block = blocks.of(draw, chain);
        table.weight(levels.of(energy(draw, chain)), block) += weight(k);
        table.counts(k, block) += weight(k);
      }
  }
  return table;
}

void reweight(const LadderEnergies& ladder, const Blocks& blocks, LadderLnZ& result) {
  const BlockedLevels table = blocked_levels(ladder, blocks);
  PooledDraws draws;
  draws.log_density = (-(table.energy.matrix() * ladder.beta.matrix().transpose())).array();
  const auto without = [&](Index b, const Column& start) {
    draws.weight = table.weight.rowwise().sum();
    draws.counts = table.counts.rowwise().sum();
    if (b >= 0) {
      draws.weight = (draws.weight - table.weight.col(b)).max(0.0);
      draws.counts -= table.counts.col(b);
    }
    return mbar(draws, start).lnZ;
  };
  result.reweighted = without(-1, result.integrated);
  if (!result.reweighted.allFinite()) return;
  result.reweighted_error =
      jackknife_error(blocks.count, [&](Index b) { return without(b, result.reweighted); });
}

}  // namespace

LadderLnZ ladder_lnZ(const LadderEnergies& ladder) {
  const Index states = ladder.beta.size();
  const Column nan = Column::Constant(states, not_a_number);
  const Chains& first = ladder.energy.front();
  const Blocks blocks(first.rows(), first.cols());
  LadderLnZ result{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, blocks.count};
  const bool is_finite =
      std::ranges::all_of(ladder.energy, [](const Chains& energy) { return energy.allFinite(); });
  if (blocks.count < 2 || states < 2 || !is_finite) return result;
  const PowerSums sums = power_sums(ladder, blocks);
  const Integrated all = integrate(ladder, sums, -1);
  const Column noise =
      jackknife_error(blocks.count, [&](Index b) { return integrate(ladder, sums, b).stacked(); });
  const Column rule = all.lnZ.rule_error.square();
  result.integrated = all.lnZ.value;
  result.integrated_error = (noise.head(states).square() + rule).sqrt();
  result.lower = all.lower;
  result.lower_error = noise.segment(states, states);
  result.upper = all.upper;
  result.upper_error = noise.segment(2 * states, states);
  result.entropy = all.entropy;
  result.entropy_error = (noise.tail(states).square() + rule).sqrt();
  if (ladder.square.empty()) reweight(ladder, blocks, result);
  return result;
}

}  // namespace nmc::statistics
