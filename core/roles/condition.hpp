#pragma once

#include <string>
#include <vector>

namespace nmc {

/// A point among a system's conditions: one number for each of their ranges, in their order.
struct Condition {
  std::vector<double> values{};
  bool operator==(const Condition&) const = default;
};

/// What one number of a condition may be, both ends included.
struct ConditionRange {
  std::string name;  ///< "beta"
  double least = 0;
  double most = 0;

  [[nodiscard]] bool holds(double value) const { return value >= least && value <= most; }
  /// The number that a network of a finite range reads, -1 … 1 over the range.
  [[nodiscard]] double input(double value) const {
    return ((value - least) - (most - value)) / (most - least);
  }
};

/// Throws UserError where these are no ranges of inputs of a network: finite, each with a name of
/// its own, and with an end above its beginning.
void check_ranges(const std::vector<ConditionRange>& ranges);

/// Throws UserError, with the name of the number, where a system is not known at a condition.
void check_condition(const std::vector<ConditionRange>& ranges, const Condition& condition);

/// Throws UserError where a network was not made for a condition: `ranges` are its own.
void check_made_for(const std::vector<ConditionRange>& ranges, const Condition& condition);

/// ConditionRange::input() of every number, (ranges). UserError as check_made_for().
[[nodiscard]] std::vector<double> network_inputs(const std::vector<ConditionRange>& ranges,
                                                 const Condition& condition);

}  // namespace nmc
