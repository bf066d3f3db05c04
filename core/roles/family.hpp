#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/roles/target.hpp"

namespace nmc {

/// A point of a family: one number for each of its ranges, in their order.
struct Condition {
  std::vector<double> values{};
  bool operator==(const Condition&) const = default;
};

/// What one number of a condition may be, both ends included.
struct ConditionRange {
  std::string name;  ///< "beta"
  double least = 0;
  double most = 0;
};

/// Throws UserError, with the name of the number, where a condition is not in these ranges.
void check_condition(const std::vector<ConditionRange>& ranges, const Condition& condition);

/// One system at all its conditions: other temperatures, other couplings. The language in which
/// annealing, tempering, reweighting and conditional networks speak of them.
class TargetFamily {
 public:
  virtual ~TargetFamily() = default;
  [[nodiscard]] virtual const std::vector<ConditionRange>& ranges() const = 0;
  /// May read the family, which must outlive it. UserError outside the ranges.
  [[nodiscard]] virtual std::unique_ptr<const Target> at(const Condition& condition) const = 0;
  /// ln p_b(x) − ln p_a(x) of each chain, (chains).
  [[nodiscard]] virtual Column log_ratio(const Batch& x, const Condition& a,
                                         const Condition& b) const;
};

}  // namespace nmc
