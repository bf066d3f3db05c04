#pragma once

#include <memory>
#include <optional>

#include "core/roles/family.hpp"
#include "core/roles/objective.hpp"
#include "core/roles/trainable.hpp"
#include "models/training/condition_path.hpp"

namespace nmc {

/// ⟨ln q − ln p⟩_q, the loss of draws of the model itself: needs no data. Column `loss`.
class ReverseKl final : public Objective {
 public:
  /// `target` is what q shall become in the end, and is validated on; log_z: its ln Z where that is
  /// known; `way` leads the steps through other conditions. All but log_z must outlive this.
  /// UserError where model and target do not fit together.
  ReverseKl(const Trainable& model, const Target& target, std::optional<double> log_z = {},
            ConditionWay way = {});

  [[nodiscard]] std::vector<LossColumn> columns() const override;
  void check_batch(Index batch) const override;
  void advance(Index step) override;
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override;
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override;
  [[nodiscard]] Column validate(Index column, const BatchPart& part) const override;

 private:
  const Trainable& model_;
  const Target& target_;
  std::optional<double> log_z_;
  ConditionWay way_;
  Condition condition_{};                    ///< of `current_`
  std::unique_ptr<const Target> current_{};  ///< of this step; null where that is the target
  /// The model at that condition; null where it has none.
  std::unique_ptr<const Trainable> current_model_{};
};

}  // namespace nmc
