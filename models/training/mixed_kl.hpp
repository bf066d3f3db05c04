#pragma once

#include "models/training/forward_kl.hpp"
#include "models/training/reverse_kl.hpp"

namespace nmc {

/// (1 − w) ⟨ln q − ln p⟩_q + w ⟨−ln q⟩_data, 0 < w < 1: the draws teach what the data hold too
/// seldom, the data what the draws never find. Columns `loss` and `forward_loss`.
class MixedKl final : public Objective {
 public:
  MixedKl(ReverseKl reverse, ForwardKl forward, double forward_weight);

  [[nodiscard]] std::vector<LossColumn> columns() const override;
  void check_batch(Index batch) const override { reverse_.check_batch(batch); }
  void advance(Index step) override;
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override;
  [[nodiscard]] double weight_of_sum(Index batch) const override {
    return (1 - forward_weight_) / static_cast<double>(batch);
  }
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override;
  [[nodiscard]] Column validate(Index column, const BatchPart& part) const override;
  [[nodiscard]] std::vector<double> state() const override { return forward_.state(); }
  void set_state(std::span<const double> state) override { forward_.set_state(state); }

 private:
  ReverseKl reverse_;
  ForwardKl forward_;
  double forward_weight_;
};

}  // namespace nmc
