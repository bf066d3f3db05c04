#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/optimise/score_blocks.hpp"
#include "core/parallel/threads.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// Configurations in a byte a spin, (samples, sites).
using SpinBytes = Eigen::Array<std::int8_t, Eigen::Dynamic, Eigen::Dynamic>;

/// Deviations of the scores of a wave function at given configurations from their means, made from
/// the configurations block by block: what is not held is made anew where it is asked for, with the
/// same bits. A block has a row for each of its samples, ∂ ln|ψ|/∂θ, and, of a ψ that is not
/// real, as many of ∂ phase/∂θ below.
class WaveScores final : public ScoreBlocks {
 public:
  /// Both must outlive it.
  WaveScores(const WaveFunction& psi, const Threads& threads) : psi_(psi), threads_(threads) {}
  /// The parameters of ψ must stay what they are until the next call. `held` >= 1 blocks are kept.
  void begin(SpinBytes s, Index held);

  /// Samples of a block, as the parameters ask for: some 8 MB of scores.
  [[nodiscard]] static Index block_samples(const WaveFunction& psi);
  [[nodiscard]] static Index block_count(const WaveFunction& psi, Index samples);
  /// Bytes of a block.
  [[nodiscard]] static double block_bytes(const WaveFunction& psi, Index samples);

  [[nodiscard]] Index blocks() const override { return block_count(psi_, s_.rows()); }
  [[nodiscard]] Index rows() const override { return parts() * s_.rows(); }
  [[nodiscard]] Index parameters() const override { return std::ssize(psi_.parameters()); }
  [[nodiscard]] Index first_row(Index block) const override {
    return parts() * first_sample(block);
  }
  [[nodiscard]] Index held() const override { return std::ssize(kept_); }
  [[nodiscard]] const Eigen::MatrixXd& block(Index k) override;
  [[nodiscard]] Index first_sample(Index block) const {
    return std::min(block * block_samples(psi_), s_.rows());
  }
  /// 2 of a ψ that is not real.
  [[nodiscard]] Index parts() const { return psi_.is_real() ? 1 : 2; }

 private:
  struct Kept {
    Index number = -1;  ///< of the block
    Index used = 0;     ///< when it was asked for
    Eigen::MatrixXd scores{};
  };
  Kept& find(Index k);
  void make(Index k, Eigen::MatrixXd& scores) const;
  void add_means();

  const WaveFunction& psi_;
  const Threads& threads_;
  SpinBytes s_;
  Eigen::MatrixXd means_;  ///< (parts, parameters); (0, 0) while they are being summed
  std::vector<Kept> kept_;
  Index asked_ = 0;
};

}  // namespace nmc
