#pragma once

#include <cstdint>
#include <vector>

#include "models/training/condition_path.hpp"

namespace nmc {

/// For networks that have conditions as inputs: drawn afresh at each step, uniformly in the ranges,
/// a function of seed and step.
class ConditionDraws final : public ConditionPath {
 public:
  ConditionDraws(std::vector<ConditionRange> ranges, std::uint64_t seed);
  [[nodiscard]] Condition at(Index step) const override;

 private:
  std::vector<ConditionRange> ranges_;
  std::uint64_t seed_;
};

}  // namespace nmc
