#pragma once

#include "core/roles/objective.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/map/velocity_field.hpp"
#include "models/training/data_source.hpp"
#include "models/training/forward_kl.hpp"

namespace nmc {

/// Flow matching along straight paths (Lipman, Chen, Ben-Hamu, Nickel and Le 2022,
/// arXiv:2210.02747, eqs. 20 to 23 with σ_min = 0): with x₁ of the data, z ~ N(0, 1) and t uniform
/// in (0, 1),
///   ⟨|v((1 − t) z + t x₁, t) − (x₁ − z)|²⟩,
/// whose least velocity carries normals into the density of the data from t = 0 to 1. Nothing is
/// integrated in a step. Column `velocity_loss`, whose least value is not 0; where a target is
/// given to judge by, validation is led by `loss`, that of fresh draws against it, and where there
/// is none by `forward_loss`, −ln q of the data.
class FlowMatching final : public Objective {
 public:
  /// All must outlive this. UserError where the model is not one continuous flow without
  /// conditions, or does not fit the data.
  FlowMatching(const Trainable& model, DataSource& data, DrawJudge judge = {});

  [[nodiscard]] std::vector<LossColumn> columns() const override;
  void advance(Index step) override { data_.advance(step); }
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override;
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override;
  [[nodiscard]] Column validate(Index column, const BatchPart& part) const override;
  [[nodiscard]] std::vector<double> state() const override { return data_.state(); }
  void set_state(std::span<const double> state) override { data_.set_state(state); }

 private:
  const Trainable& model_;
  const BijectorFlow& flow_;
  DataSource& data_;
  DrawJudge judge_;
};

}  // namespace nmc
