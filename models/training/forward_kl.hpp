#pragma once

#include <optional>

#include "core/roles/objective.hpp"
#include "core/roles/trainable.hpp"
#include "models/training/data_source.hpp"

namespace nmc {

/// What fresh draws are held against; target may be null, log_z is its ln Z where that is known.
struct DrawJudge {
  const Target* target = nullptr;
  std::optional<double> log_z{};
};

/// ⟨−ln q⟩ over data: maximum likelihood. Column `forward_loss`; where a target is given to judge
/// by, validation is led by `loss`, that of fresh draws against it.
class ForwardKl final : public Objective {
 public:
  /// All must outlive this. UserError where they do not fit together.
  ForwardKl(const Trainable& model, DataSource& data, DrawJudge judge = {});

  [[nodiscard]] std::vector<LossColumn> columns() const override;
  void advance(Index step) override { data_.advance(step); }
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override;
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override;
  [[nodiscard]] Column validate(Index column, const BatchPart& part) const override;
  [[nodiscard]] std::vector<double> state() const override { return data_.state(); }
  void set_state(std::span<const double> state) override { data_.set_state(state); }

  /// −ln q of the rows, (rows); adds `weight` times the sum of their gradients to grad unless that
  /// is empty.
  Column add_losses(const BatchPart& part, double weight, std::span<double> grad) const;

 private:
  const Trainable& model_;
  DataSource& data_;
  DrawJudge judge_;
};

}  // namespace nmc
