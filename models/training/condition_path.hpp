#pragma once

#include "core/batch.hpp"
#include "core/roles/family.hpp"

namespace nmc {

/// The condition that each step of a training is at.
class ConditionPath {
 public:
  virtual ~ConditionPath() = default;
  [[nodiscard]] virtual Condition at(Index step) const = 0;
};

/// Where the steps train on other conditions of a target: its family and the way through it, or
/// neither.
struct ConditionWay {
  const TargetFamily* family = nullptr;
  const ConditionPath* path = nullptr;
};

}  // namespace nmc
