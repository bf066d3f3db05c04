#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "core/statistics/chains.hpp"

/// Draws of e^{−β_k E} / Z_k at other β: of one state the single histogram of Ferrenberg and
/// Swendsen, Phys. Rev. Lett. 61, 2635 (1988), of several at once theirs of many histograms, 63,
/// 1195 (1989), in the form without bins of Shirts and Chodera, J. Chem. Phys. 129, 124105 (2008).
namespace nmc::statistics {

/// Energies of draws of one system at several β, in any order; shapes may differ between states.
struct BoltzmannDraws {
  Column beta;                 ///< (states)
  std::vector<Chains> energy;  ///< per state, (draws, chains), all finite
};

/// The states in ascending β, cut where two neighbours share less than kLeastLink effective draws:
/// what lies on the two sides of a cut cannot be weighted together.
[[nodiscard]] std::vector<std::vector<Index>> linked_states(const BoltzmannDraws& draws);

/// Σ_n p(n) (1 − p(n)) over the effective draws of two states, p the probability that draw n is of
/// the first: the inverse variance of their free energy difference up to the constant
/// 1/N_0 + 1/N_1 (Shirts and Chodera, eq. D8). N/4 for N draws of equal states.
inline constexpr double kLeastLink = 10;

/// What stands behind numbers at one β.
struct Support {
  double draws = 0;  ///< (Σ w W)² / Σ w W² of weights W, w = 1 / 2τ: as many independent draws
  Index nearest = 0;  ///< the state whose β is next to it
  /// Estimate of the weight of energies beyond those that were drawn: had three more effective
  /// draws lain there, as they may at 95 %, this would be their share.
  double beyond = 0;
  /// The same of a normal distribution of energies: as many effective draws reach up to where 3 of
  /// them would lie beyond. It hardly changes from sample to sample, where `beyond`, which leans on
  /// the outermost draw, lets pass the samples with the shortest tails.
  double beyond_normal = 0;
  /// How much more of the weight the ten outermost effective draws carry than at the outermost β:
  /// of energies that are skewed towards β more than of normal ones.
  double outermost = 0;

  /// Fewer effective draws carry no number, as of a network.
  static constexpr double kLeastDraws = 50;
  /// Nor do draws of which more than this share is estimated to be missing. The first is wide,
  /// since a sharp one chooses the samples whose errors are too small.
  static constexpr double kMostBeyond = 0.05, kMostBeyondNormal = 0.01, kMostOutermost = 0.02;

  [[nodiscard]] bool is_enough() const {
    return draws >= kLeastDraws && beyond <= kMostBeyond && beyond_normal <= kMostBeyondNormal &&
           outermost <= kMostOutermost;
  }
};

/// Numbers of all draws, and with each block left out: (1 + blocks) rows.
struct Reweighted {
  Batch means;  ///< of the observables in the order in which they were added, (rows, observables)
  Column lnZ;   ///< ln Z(β) − ln Z of the nearest state, (rows)
};

/// Linked states, weighted together. A draw counts 1 / 2τ of its state's energy. Draws are kept as
/// levels of the energy (EnergyLevels), so that a β costs no more than the spectrum.
///
/// Blocks are stretches of the chains of every state, the b-th of all states together: what ties
/// states that were drawn together, as on a ladder, is in the errors, and so are correlations up to
/// the length of a block, which is kept above 50 τ where that leaves ten of them.
class Reweighting {
 public:
  /// `lowest`: an energy below which there is none, where it is known.
  explicit Reweighting(const BoltzmannDraws& draws,
                       double lowest = -std::numeric_limits<double>::infinity());

  /// One more observable: its draws state by state, of the shape of the energies.
  void add(const std::function<Chains(Index state)>& values);

  [[nodiscard]] const Column& beta() const { return beta_; }
  [[nodiscard]] Index blocks() const { return counts_.blocks.cols(); }
  /// Draws in a block over 2τ, the least of all states: below a few the errors are too small.
  [[nodiscard]] double block_length() const { return block_length_; }
  /// ln Z_k − ln Z_0 of all draws, (states).
  [[nodiscard]] Column lnZ() const { return lnZ_.col(0); }

  [[nodiscard]] Support support(double beta) const;
  [[nodiscard]] Reweighted at(double beta) const;
  /// One row of at(): means alone, without block `row` − 1, or of all draws for 0.
  [[nodiscard]] Column means(double beta, Index row) const;

 private:
  /// Sums over draws, level by level.
  struct Table {
    Batch blocks;  ///< (levels, blocks)
    Column all;    ///< (levels)
    [[nodiscard]] Column of(Index row) const;
  };

  /// W of all draws at β, the largest one 1; zeros where none is finite.
  [[nodiscard]] Column weights(double beta) const;
  [[nodiscard]] double missing_of_normal(double beta) const;
  [[nodiscard]] double outermost_share(double beta) const;
  [[nodiscard]] Column log_weights(double beta, Index row) const;
  [[nodiscard]] Index nearest(double beta) const;
  void cut_blocks(const BoltzmannDraws& draws);
  [[nodiscard]] Index block_of(Index state, Index draw) const;
  void solve(Index row);

  double lowest_, gap_ = 0, block_length_ = 0;
  Column beta_, energy_;                          ///< (states), (levels)
  Column share_;                                  ///< what a draw of a state counts, (states)
  std::vector<std::vector<std::int32_t>> level_;  ///< of every draw of every state
  std::vector<Index> chains_;                     ///< of every state
  Table counts_;                                  ///< effective draws of all states
  Batch state_counts_;                            ///< (states, blocks)
  Batch lnZ_;                                     ///< (states, 1 + blocks)
  Batch log_mixture_;        ///< ln Σ_k N_k e^{−β_k E} / Z_k, (levels, 1 + blocks)
  std::vector<Table> sums_;  ///< of the observables
};

/// A number with its standard error.
struct ReweightedValue {
  double value = not_a_number;
  double error = not_a_number;
};
/// The first of the values, of all draws, with the error by the delete-one jackknife over the
/// others, (1 + blocks); NaN where one of them is not finite.
[[nodiscard]] ReweightedValue jackknifed(const Column& values);

}  // namespace nmc::statistics
