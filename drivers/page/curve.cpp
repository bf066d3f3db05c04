#include "drivers/page/curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

std::string curve_words(const Curve& curve, const CurveWords& words) {
  const CurvePoint& first = curve.points.front();
  const CurvePoint& last = curve.points.back();
  std::string text = curve.name.empty() ? "" : curve.name + ": ";
  text += fmt::format("{} at {} = {}", value_words(first.value, first.error), words.x,
                      figures::number_text(first.x, 6));
  if (curve.points.size() > 1)
    text += fmt::format(", {} at {}", value_words(last.value, last.error),
                        figures::number_text(last.x, 6));
  return text + "; ";
}

// "largest deviation from the exact values 1.3 standard errors, at 0.44".
std::string deviation_words(const std::vector<Curve>& curves) {
  double worst = -1, place = 0;
  for (const Curve& curve : curves)
    for (const CurvePoint& point : curve.points) {
      if (!point.exact || !(point.error > 0)) continue;
      const double z = std::abs(point.value - *point.exact) / point.error;
      if (z > worst) {
        worst = z;
        place = point.x;
      }
    }
  if (worst < 0) return "no exact values are known";
  return fmt::format("largest deviation from an exact value {:.1f} standard errors, at {}", worst,
                     figures::number_text(place, 6));
}

figures::Series exact_series(const Curve& curve, bool is_named) {
  figures::Series series{is_named ? "exact" : "", figures::Mark::line, {}, {}, {},
                         figures::kReference};
  for (const CurvePoint& point : curve.points) {
    if (!point.exact) continue;
    series.x.push_back(point.x);
    series.y.push_back(*point.exact);
  }
  return series;
}

}  // namespace

figures::Figure curves_figure(const std::vector<Curve>& curves, const CurveWords& words) {
  figures::Figure figure;
  figure.title = fmt::format("{} against {}", words.observable, words.x);
  figure.x.label = words.x;
  figure.y.label = words.observable;
  bool has_exact = false;
  for (const Curve& curve : curves) {
    figures::Series exact = exact_series(curve, !has_exact);
    if (exact.x.empty()) continue;
    has_exact = true;
    figure.series.push_back(std::move(exact));
  }
  std::string text;
  for (const Curve& curve : curves) {
    if (curve.points.empty()) continue;
    const int look = static_cast<int>(&curve - curves.data());
    const std::string name = curve.name.empty() && has_exact ? words.observable : curve.name;
    figures::Series series{
        name, has_exact ? figures::Mark::points : figures::Mark::both, {}, {}, {}, look};
    for (const CurvePoint& point : curve.points) {
      series.x.push_back(point.x);
      series.y.push_back(point.value);
      series.error.push_back(point.error);
    }
    text += curve_words(curve, words);
    figure.series.push_back(std::move(series));
  }
  figure.description = text + deviation_words(curves) + ".";
  if (!words.note.empty()) figure.description += " " + words.note;
  return figure;
}

}  // namespace nmc::drivers::page
