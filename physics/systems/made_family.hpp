#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "core/roles/family.hpp"

namespace nmc {

/// The range of a system that is known at every temperature.
[[nodiscard]] ConditionRange beta_condition();

/// A family whose targets are made anew at each condition.
class MadeFamily final : public TargetFamily {
 public:
  using Make = std::function<std::unique_ptr<const Target>(const Condition&)>;
  MadeFamily(std::vector<ConditionRange> ranges, Make make)
      : ranges_(std::move(ranges)), make_(std::move(make)) {}

  [[nodiscard]] const std::vector<ConditionRange>& ranges() const override { return ranges_; }
  [[nodiscard]] std::unique_ptr<const Target> at(const Condition& condition) const override;

 private:
  std::vector<ConditionRange> ranges_;
  Make make_;
};

}  // namespace nmc
