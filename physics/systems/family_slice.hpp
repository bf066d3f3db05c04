#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/roles/family.hpp"

namespace nmc {

/// A family of which some conditions move, in an order of their own, and the others stay.
class FamilySlice final : public TargetFamily {
 public:
  /// `fixed` is a condition of the whole family. UserError for a name that is none of its ranges.
  FamilySlice(std::unique_ptr<const TargetFamily> whole, Condition fixed,
              const std::vector<std::string>& moved);

  [[nodiscard]] const std::vector<ConditionRange>& ranges() const override { return ranges_; }
  [[nodiscard]] std::unique_ptr<const Target> at(const Condition& condition) const override;

 private:
  std::unique_ptr<const TargetFamily> whole_;
  Condition fixed_;
  std::vector<std::size_t> places_;  ///< of the moved ones among the whole
  std::vector<ConditionRange> ranges_;
};

}  // namespace nmc
