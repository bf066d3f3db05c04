#pragma once

#include <memory>
#include <vector>

#include "core/roles/family.hpp"
#include "core/roles/spin_target.hpp"

namespace nmc {

/// Boltzmann weights of spins with one H, over beta: the couplings are made once.
class SpinFamily final : public TargetFamily {
 public:
  /// The weight at beta = 1, ln p = −H.
  explicit SpinFamily(std::unique_ptr<const SpinTarget> at_one);

  [[nodiscard]] const std::vector<ConditionRange>& ranges() const override { return ranges_; }
  [[nodiscard]] std::unique_ptr<const Target> at(const Condition& condition) const override;

 private:
  std::unique_ptr<const SpinTarget> at_one_;
  std::vector<ConditionRange> ranges_;
};

}  // namespace nmc
