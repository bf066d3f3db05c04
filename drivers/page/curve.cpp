#include "drivers/page/curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

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
  const bool is_dense = std::ranges::any_of(
      curve.between, [](const CurvePoint& point) { return point.exact.has_value(); });
  for (const CurvePoint& point : is_dense ? curve.between : curve.points) {
    if (!point.exact) continue;
    series.x.push_back(point.x);
    series.y.push_back(*point.exact);
  }
  return series;
}

// A line in its band, with the look of the points.
void add_weighted(const Curve& curve, int look, figures::Figure& figure) {
  if (curve.between.empty()) return;
  figures::Series series{"", figures::Mark::banded, {}, {}, {}, look};
  series.column = curve.name + (curve.name.empty() ? "all draws" : ", all draws");
  for (const CurvePoint& point : curve.between) {
    series.x.push_back(point.x);
    series.y.push_back(point.value);
    series.error.push_back(point.error);
  }
  figure.series.push_back(std::move(series));
}

// Uprights in a look of their own, one of them in the legend; returns what they say.
std::string add_crossings(const std::vector<CrossingMark>& crossings, int look,
                          figures::Figure& figure) {
  std::string text;
  for (const CrossingMark& mark : crossings) {
    figures::Series series{"crossing", figures::Mark::mark_x, {mark.x}, {}, {}, look};
    if (!text.empty()) series.name.clear();
    figure.series.push_back(std::move(series));
    text += fmt::format("{}{}", text.empty() ? " Crossings: " : "; ", mark.words);
  }
  return text.empty() ? "" : text + ".";
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
    const bool is_joined = !has_exact && curve.between.empty();
    add_weighted(curve, look, figure);
    figures::Series series{
        name, is_joined ? figures::Mark::both : figures::Mark::points, {}, {}, {}, look};
    for (const CurvePoint& point : curve.points) {
      series.x.push_back(point.x);
      series.y.push_back(point.value);
      series.error.push_back(point.error);
    }
    text += curve_words(curve, words);
    figure.series.push_back(std::move(series));
  }
  figure.description = text + deviation_words(curves) + ".";
  const bool is_weighted =
      std::ranges::any_of(curves, [](const Curve& curve) { return !curve.between.empty(); });
  if (is_weighted)
    figure.description +=
        " Lines, in bands of one standard error: all draws of a curve weighted together.";
  figure.description += add_crossings(words.crossings, static_cast<int>(curves.size()), figure);
  if (!words.note.empty()) figure.description += " " + words.note;
  return figure;
}

}  // namespace nmc::drivers::page
