#pragma once

#include "core/statistics/chains.hpp"
#include "core/statistics/summary.hpp"

namespace nmc::statistics {

/// Columns of more numbers than this are estimated from blocks of draws (DrawBlocks), so that no
/// column takes more than some hundred MB of memory. Results must not depend on the machine: it is
/// a constant.
inline constexpr Index kMostExactNumbers = Index{1} << 23;
/// Numbers of a column that its blocks hold then.
inline constexpr Index kBlockNumbers = Index{1} << 20;

/// Chains of any length in bounded memory: means over blocks of consecutive draws, two of which
/// become one where there would be too many, and the first draw of every block. The variance of the
/// draws, their mean and what is not finite among them come from all of them.
class DrawBlocks {
 public:
  /// `most_blocks` >= 2 of every chain are held.
  DrawBlocks(Index chains, Index most_blocks);
  /// As many blocks as `most_numbers` take, at least 128, of every chain.
  [[nodiscard]] static DrawBlocks within(Index chains, Index most_numbers);

  /// The next draws of all chains, (count, chains).
  void add(const ChainsRef& draws);

  [[nodiscard]] Index draws() const { return draws_; }    ///< of a chain
  [[nodiscard]] Index length() const { return length_; }  ///< of a block, in draws
  /// Of whole blocks, (blocks, chains).
  [[nodiscard]] Chains means() const { return unscaled(means_.topRows(blocks())); }
  [[nodiscard]] Chains first_draws() const { return unscaled(firsts_.topRows(blocks())); }
  [[nodiscard]] double mean() const;      ///< of all draws
  [[nodiscard]] double variance() const;  ///< of all draws, about their mean

  /// All draws where a block is one. Else the error is that of the block means (a bin longer than
  /// the correlations keeps all that the Γ method needs: Wolff, hep-lat/0306017, section 3), and
  /// τ_int = N error² / 2 variance; R̂ and ESS are those of every length()-th draw, so that an ESS
  /// is a lower bound.
  [[nodiscard]] ChainSummary summary() const;

 private:
  [[nodiscard]] Index blocks() const { return draws_ / length_; }
  [[nodiscard]] Chains unscaled(const Chains& values) const;
  [[nodiscard]] double scaled_mean() const;
  [[nodiscard]] double scaled_variance() const;
  [[nodiscard]] ChainSummary scaled_summary() const;
  void scale_for(const ChainsRef& draws);
  void add_ordinary(const ChainsRef& draws);
  void add_run(const ChainsRef& draws, Index chain, Index place);
  void halve();

  Index most_blocks_, draws_ = 0, length_ = 1;
  /// All that follows is of the draws over 2^exponent, so that no square over- or underflows.
  int exponent_ = 0;
  Chains means_, firsts_;        ///< (most_blocks, chains); the block that is not whole is a sum
  Column shift_, sum_, square_;  ///< of x - shift, the first draw of the chain
  Column non_finite_;
};

/// τ_int in draws of what has this error and this variance over so many draws; at least 1/2.
[[nodiscard]] double tau_of_error(double error, double variance, double draws);

}  // namespace nmc::statistics
