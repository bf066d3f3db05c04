#include "core/roles/family.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"

namespace nmc {

void check_condition(const std::vector<ConditionRange>& ranges, const Condition& condition) {
  require(condition.values.size() == ranges.size(),
          fmt::format("a condition of {} numbers was given to a family of {}",
                      condition.values.size(), ranges.size()));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [name, least, most] = ranges[i];
    const double value = condition.values[i];
    require(value >= least && value <= most,
            fmt::format("{} = {:g} is outside {:g} ... {:g}, where the system is known: choose one "
                        "inside",
                        name, value, least, most));
  }
}

Column TargetFamily::log_ratio(const Batch& x, const Condition& a, const Condition& b) const {
  return at(b)->log_density(x) - at(a)->log_density(x);
}

}  // namespace nmc
