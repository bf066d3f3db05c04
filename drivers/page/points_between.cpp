#include "drivers/page/points_between.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

// Exact values of a curve between its points, at each.
constexpr double kSecondsOfExact = 0.05;

bool is_temperature_axis(const SweepAxis& axis) {
  return axis.key == "system.beta" || axis.key == "system.T";
}

double place_on(const SweepAxis& axis, double beta) {
  return axis.key == "system.T" ? 1 / beta : beta;
}

/// The one curve that all runs of a system are on; none where they are on several.
std::optional<std::string> curve_of(const SampledSystem& sampled, const SweepReport& sweep,
                                    const SweepAxis& axis) {
  std::set<std::string> names;
  for (const TaskReport& task : sweep.tasks)
    if (std::ranges::find(sampled.tasks, task.point.name) != sampled.tasks.end())
      names.insert(curve_name(task, axis));
  return names.size() == 1 ? std::optional(*names.begin()) : std::nullopt;
}

}  // namespace

std::vector<BetweenPoints> points_between(const std::vector<WeightedCurves>& curves,
                                          const SweepReport& sweep, const SweepAxis& axis) {
  constexpr int kPlaces = 60;  // of a curve, about
  std::vector<BetweenPoints> list;
  if (!is_temperature_axis(axis)) return list;
  for (const WeightedCurves& of : curves) {
    const auto name = curve_of(of.sampled(), sweep, axis);
    if (!name) continue;
    BetweenPoints& between = list.emplace_back(BetweenPoints{*name, {}});
    const int runs = static_cast<int>(of.sampled().states.size());
    for (const double beta : of.places(std::max(1, kPlaces / runs)))
      between.points.push_back(of.at(beta, kSecondsOfExact));
    if (axis.key == "system.T") std::ranges::reverse(between.points);
  }
  return list;
}

void add_between(const std::vector<BetweenPoints>& between, const std::string& observable,
                 const SweepAxis& axis, SweepCurves& found) {
  for (const BetweenPoints& of : between) {
    const auto curve = std::ranges::find(found.curves, of.curve, &Curve::name);
    if (curve == found.curves.end()) continue;
    const auto [first, last] = std::ranges::minmax(curve->points, {}, &CurvePoint::x);
    bool has_value = false;
    for (const WeightedPoint& point : of.points) {
      const double x = place_on(axis, point.beta);
      if (x < first.x || x > last.x) continue;  // a ladder goes beyond the points of its task
      const auto line = std::ranges::find(point.lines, observable, &WeightedLine::name);
      const bool is_known =
          line != point.lines.end() && !is_refused(point.findings, {observable, point.beta});
      has_value = has_value || is_known;
      if (is_known)
        curve->between.push_back({x, line->number.value, line->number.error, line->exact});
      else
        curve->between.push_back({x, statistics::not_a_number, statistics::not_a_number, {}});
    }
    if (!has_value) curve->between.clear();
  }
}

std::vector<CrossingMark> crossing_marks(const std::vector<SizeCrossing>& crossings,
                                         const std::string& observable, const SweepAxis& axis) {
  std::vector<CrossingMark> marks;
  if (!is_temperature_axis(axis)) return marks;
  for (const SizeCrossing& of : crossings) {
    if (of.observable != observable || !of.why.empty()) continue;
    const statistics::Crossing& at = of.crossing;
    marks.push_back({place_on(axis, at.x.value),
                     fmt::format("L = {:g} and {:g}: {} at β = {}", of.small, of.large,
                                 value_words(at.value.value, at.value.error),
                                 value_words(at.x.value, at.x.error))});
  }
  return marks;
}

}  // namespace nmc::drivers::page
