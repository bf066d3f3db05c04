#include "physics/systems/family_slice.hpp"

#include <algorithm>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

FamilySlice::FamilySlice(std::unique_ptr<const TargetFamily> whole, Condition fixed,
                         const std::vector<std::string>& moved)
    : whole_(std::move(whole)), fixed_(std::move(fixed)) {
  const std::vector<ConditionRange>& all = whole_->ranges();
  check_condition(all, fixed_);
  for (const std::string& name : moved) {
    const auto place = std::ranges::find(all, name, &ConditionRange::name);
    require(place != all.end(), "the system is not known at another " + name + " than its own");
    places_.push_back(static_cast<std::size_t>(place - all.begin()));
    ranges_.push_back(*place);
  }
}

std::unique_ptr<const Target> FamilySlice::at(const Condition& condition) const {
  check_condition(ranges_, condition);
  Condition there = fixed_;
  for (std::size_t i = 0; i < places_.size(); ++i) there.values[places_[i]] = condition.values[i];
  return whole_->at(there);
}

}  // namespace nmc
