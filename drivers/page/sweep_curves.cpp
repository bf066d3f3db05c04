#include "drivers/page/sweep_curves.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

constexpr const char* kTask = "task";

// "" where the task does not set the key.
std::string value_of(const TaskReport& task, const std::string& key) {
  for (const GivenOption& setting : task.point.settings)
    if (full_key(setting) == key) return setting.value;
  return "";
}

std::set<std::string> values_of(const SweepReport& sweep, const std::string& key) {
  std::set<std::string> values;
  for (const TaskReport& task : sweep.tasks) values.insert(value_of(task, key));
  return values;
}

bool holds_numbers(const SweepReport& sweep, const std::string& key) {
  return std::ranges::all_of(values_of(sweep, key), [](const std::string& value) {
    return value.empty() || number_value(value).has_value();
  });
}

bool varies(const SweepReport& sweep, const std::string& key) {
  return values_of(sweep, key).size() > 1;
}

// A temperature before a size; then what has the most values.
std::string best_key(const SweepReport& sweep) {
  std::string best = kTask;
  std::size_t most = 0;
  for (const std::string& key : sweep.keys) {
    if (!varies(sweep, key) || !holds_numbers(sweep, key)) continue;
    if (key == "system.beta" || key == "system.T") return key;
    if (const std::size_t count = values_of(sweep, key).size(); count > most) {
      most = count;
      best = key;
    }
  }
  return best;
}

// Whether every value of `key` goes with one value of `with`, as of keys that are set together.
bool follows(const SweepReport& sweep, const std::string& key, const std::string& with) {
  std::map<std::string, std::string> pairs;
  return std::ranges::all_of(sweep.tasks, [&](const TaskReport& task) {
    const std::string value = value_of(task, key);
    return pairs.emplace(value_of(task, with), value).first->second == value;
  });
}

void add_point(std::vector<Curve>& curves, const std::string& name, const CurvePoint& point) {
  auto curve = std::ranges::find(curves, name, &Curve::name);
  if (curve == curves.end()) curve = curves.insert(curves.end(), Curve{name, {}});
  curve->points.push_back(point);
}

}  // namespace

SweepAxis sweep_axis(const SweepReport& sweep, const std::string& asked) {
  std::vector<std::string> known = sweep.keys;
  known.emplace_back(kTask);
  if (!asked.empty()) {
    const bool is_known = std::ranges::find(known, asked) != known.end();
    require(is_known, fmt::format("--x {}: the sweep has no such key{} (one of {})", asked,
                                  did_you_mean(asked, known), fmt::join(known, ", ")));
    require(
        asked == kTask || holds_numbers(sweep, asked),
        fmt::format("--x {}: its values are words: take a key with numbers, or --x task", asked));
  }
  SweepAxis axis{asked.empty() ? best_key(sweep) : asked, {}};
  for (const std::string& key : sweep.keys)
    if (key != axis.key && axis.key != kTask && varies(sweep, key) &&
        !follows(sweep, key, axis.key))
      axis.others.push_back(key);
  return axis;
}

std::string curve_name(const TaskReport& task, const SweepAxis& axis) {
  std::string name;
  for (const std::string& key : axis.others) {
    const std::string value = value_of(task, key);
    if (!value.empty())
      name += fmt::format("{}{} = {}", name.empty() ? "" : ", ", axis_word(key), value);
  }
  return name;
}

SweepCurves sweep_curves(const SweepReport& sweep, const std::string& observable,
                         const SweepAxis& axis) {
  SweepCurves found;
  for (std::size_t i = 0; i < sweep.tasks.size(); ++i) {
    const TaskReport& task = sweep.tasks[i];
    const auto x =
        axis.key == kTask ? std::optional<double>(i) : number_value(value_of(task, axis.key));
    const ReportLine* line = task.report ? line_named(task.report->lines, observable) : nullptr;
    if (line == nullptr || !x) {
      found.missing.push_back(task.point.name);
    } else if (is_refused(task.report->findings, {observable})) {
      found.refused.push_back(task.point.name);
    } else {
      add_point(found.curves, curve_name(task, axis),
                {*x, line->summary.mean, line->summary.error, line->exact});
    }
  }
  for (Curve& curve : found.curves) std::ranges::stable_sort(curve.points, {}, &CurvePoint::x);
  return found;
}

std::string SweepCurves::note() const {
  std::string text;
  if (!refused.empty()) text = fmt::format("Refused, and left out: {}.", list_words(refused));
  if (!missing.empty())
    text += fmt::format("{}Without a number: {}.", text.empty() ? "" : " ", list_words(missing));
  return text;
}

}  // namespace nmc::drivers::page
