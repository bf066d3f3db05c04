#pragma once

#include "models/training/condition_path.hpp"

namespace nmc {

/// Annealing: every number moves linearly from its first to its last value in `steps` steps and
/// stays there.
class ConditionRamp final : public ConditionPath {
 public:
  ConditionRamp(Condition first, Condition last, Index steps);
  [[nodiscard]] Condition at(Index step) const override;

 private:
  Condition first_, last_;
  Index steps_;
};

}  // namespace nmc
