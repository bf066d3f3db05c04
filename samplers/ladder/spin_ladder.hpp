#pragma once

#include <functional>
#include <memory>

#include "core/chain_rows.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/ladder/ladder_walk.hpp"

namespace nmc {

/// A ladder of spins that one sampler with a beta per row walks on: the temperatures lie side by
/// side in the lanes of a word, ln p = −β_row H, and an exchange is a masked shift of bits.
class SpinLadder final : public LadderWalk {
 public:
  /// A local sampler whose row i is at betas[i % betas.size()].
  using MakeInner = std::function<std::unique_ptr<Sampler>(const std::vector<double>& betas)>;
  /// The target gives H; its own beta is not used.
  SpinLadder(const SpinTarget& target, MakeInner make);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void set_betas(const std::vector<double>& betas) override;
  void init(ChainState& state, const Streams& streams, Index rows) const override;
  StepInfo walk(ChainState& state, const Streams& streams, const Task& task) const override;
  [[nodiscard]] Column log_p_exchanged(const ChainState& state, Index parity) const override;
  void exchange(ChainState& state, std::span<const std::uint8_t> marks) const override;
  /// Whole ladders and whole words.
  [[nodiscard]] Index preferred_chunk() const override;

 private:
  /// What so many rows are.
  [[nodiscard]] ChainRows ladders(Index rows) const {
    return ChainRows::among(rows, std::ssize(betas_));
  }
  void forget_hot_density(ChainState& state) const;
  void draw_hot_rows(ChainState& state, const Streams& streams) const;

  const SpinTarget& target_;
  MakeInner make_;
  std::vector<double> betas_;
  std::unique_ptr<Sampler> inner_;
};

}  // namespace nmc
