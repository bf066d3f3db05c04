#include "core/roles/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/errors.hpp"

namespace nmc {
namespace {

void check_count(const std::vector<ConditionRange>& ranges, const Condition& condition,
                 const char* owner) {
  require(condition.values.size() == ranges.size(),
          fmt::format("a condition of {} numbers was given to a {} of {}", condition.values.size(),
                      owner, ranges.size()));
}

}  // namespace

void check_ranges(const std::vector<ConditionRange>& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [name, least, most] = ranges[i];
    require(std::isfinite(least) && std::isfinite(most) && least < most,
            fmt::format("a network for {} = {} ... {}: a range must be finite and end above its "
                        "beginning",
                        name, least, most));
    const auto before = std::span(ranges).first(i);
    require(!name.empty() && std::ranges::find(before, name, &ConditionRange::name) == before.end(),
            fmt::format("a network has the condition \"{}\" twice, or without a name", name));
  }
}

void check_condition(const std::vector<ConditionRange>& ranges, const Condition& condition) {
  check_count(ranges, condition, "family");
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [name, least, most] = ranges[i];
    require(ranges[i].holds(condition.values[i]),
            fmt::format("{} = {:g} is outside {:g} ... {:g}, where the system is known: choose one "
                        "inside",
                        name, condition.values[i], least, most));
  }
}

void check_made_for(const std::vector<ConditionRange>& ranges, const Condition& condition) {
  check_count(ranges, condition, "network");
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto& [name, least, most] = ranges[i];
    require(ranges[i].holds(condition.values[i]),
            fmt::format("the network was made for {0} = {1} ... {2}, and {0} = {3} is outside; set "
                        "system.{0} inside, or train a network with {4} around it",
                        name, least, most, condition.values[i],
                        name == "beta" ? "model.beta_min and model.beta_max" : "model.conditions"));
  }
}

std::vector<double> network_inputs(const std::vector<ConditionRange>& ranges,
                                   const Condition& condition) {
  check_made_for(ranges, condition);
  std::vector<double> inputs;
  for (std::size_t i = 0; i < ranges.size(); ++i)
    inputs.push_back(ranges[i].input(condition.values[i]));
  return inputs;
}

}  // namespace nmc
