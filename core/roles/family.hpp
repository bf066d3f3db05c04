#pragma once

#include <memory>
#include <vector>

#include "core/roles/condition.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// One system at all its conditions: other temperatures, other couplings. The language in which
/// annealing, tempering, reweighting and conditional networks speak of them.
class TargetFamily {
 public:
  virtual ~TargetFamily() = default;
  [[nodiscard]] virtual const std::vector<ConditionRange>& ranges() const = 0;
  /// May read the family, which must outlive it. UserError outside the ranges.
  [[nodiscard]] virtual std::unique_ptr<const Target> at(const Condition& condition) const = 0;
};

}  // namespace nmc
