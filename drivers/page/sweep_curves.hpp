#pragma once

#include <string>
#include <vector>

#include "drivers/page/curve.hpp"
#include "drivers/report/sweep_report.hpp"

namespace nmc::drivers::page {

/// Along what the curves of a sweep go: a key of its tasks whose values are numbers, or "task",
/// their number. `others`: keys that differ between its curves.
struct SweepAxis {
  std::string key;
  std::vector<std::string> others;
};

/// `asked`, or where it is empty beta or T, else the key with the most values. UserError with what
/// there is where the sweep has no such key, or its values are words.
[[nodiscard]] SweepAxis sweep_axis(const SweepReport& sweep, const std::string& asked);

/// What is known of an observable over a sweep, and which of its tasks are left out.
struct SweepCurves {
  std::vector<Curve> curves;
  std::vector<std::string> refused, missing;  ///< tasks: refused; not done or without it
  [[nodiscard]] std::string note() const;     ///< about these; may be empty
};

/// The curve that a task is on.
[[nodiscard]] std::string curve_name(const TaskReport& task, const SweepAxis& axis);

[[nodiscard]] SweepCurves sweep_curves(const SweepReport& sweep, const std::string& observable,
                                       const SweepAxis& axis);

}  // namespace nmc::drivers::page
