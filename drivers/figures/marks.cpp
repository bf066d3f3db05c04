#include "drivers/figures/marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/marker.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

std::string path(const std::string& classes, const std::string& data) {
  return data.empty() ? "" : fmt::format("<path class=\"{}\" d=\"{}\"/>", classes, data);
}

bool has_place(const Series& series, const Frame& frame, std::size_t i) {
  return i < series.x.size() && i < series.y.size() && frame.x.has(series.x[i]) &&
         frame.y.has(series.y[i]);
}

Place place_of(const Series& series, const Frame& frame, std::size_t i) {
  return {frame.x.at(series.x[i]), frame.y.at(series.y[i])};
}

std::string line_path(const Series& series, const Frame& frame) {
  std::string data;
  bool is_first = true;  // of a stretch without a gap
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!has_place(series, frame, i)) {
      is_first = true;
      continue;
    }
    data += (is_first ? "M" : "L") + pair_text(place_of(series, frame, i));
    is_first = false;
  }
  return data;
}

std::string points_path(const Series& series, const Frame& frame) {
  std::string data;
  for (std::size_t i = 0; i < series.x.size(); ++i)
    if (has_place(series, frame, i)) data += marker_path(series.look, place_of(series, frame, i));
  return data;
}

// Where the lower end has no place, as on a logarithmic axis, the bar goes to the edge.
Span ends_of(const Series& series, const Frame& frame, std::size_t i) {
  const double low = series.y[i] - series.error[i];
  return {frame.y.has(low) ? frame.y.at(low) : frame.y.places().low,
          frame.y.at(series.y[i] + series.error[i])};
}

bool has_error(const Series& series, const Frame& frame, std::size_t i) {
  return has_place(series, frame, i) && i < series.error.size() && std::isfinite(series.error[i]);
}

std::string errors_path(const Series& series, const Frame& frame) {
  constexpr double kCap = 3;
  std::string data;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!has_error(series, frame, i)) continue;
    const double x = frame.x.at(series.x[i]);
    const Span ends = ends_of(series, frame, i);
    data += fmt::format("M{}V{}", pair_text({x, ends.low}), coordinate(ends.high));
    for (const double y : {ends.low, ends.high})
      data += fmt::format("M{}h{}", pair_text({x - kCap, y}), coordinate(2 * kCap));
  }
  return data;
}

// A piece for each stretch without a gap.
std::string band_path(const Series& series, const Frame& frame) {
  std::string data, up, down;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!has_error(series, frame, i)) {
      if (!up.empty()) data += up + down + "Z";
      up.clear();
      down.clear();
      continue;
    }
    const double x = frame.x.at(series.x[i]);
    const Span ends = ends_of(series, frame, i);
    up += (up.empty() ? "M" : "L") + pair_text({x, ends.high});
    down.insert(0, "L" + pair_text({x, ends.low}));
  }
  return up.empty() ? data : data + up + down + "Z";
}

// From edge to edge; a gap where a number is not finite.
std::string step_path(const Series& series, const Frame& frame, bool is_filled) {
  const double floor = frame.y.at(frame.y.is_log() ? frame.y.values().low : 0);
  std::string data;
  bool is_first = true;
  for (std::size_t i = 0; i + 1 < series.x.size(); ++i) {
    if (!has_place(series, frame, i) || !frame.x.has(series.x[i + 1])) {
      if (is_filled && !is_first) data += fmt::format("V{}Z", coordinate(floor));
      is_first = true;
      continue;
    }
    const Place from = place_of(series, frame, i);
    if (is_first)
      data += is_filled ? fmt::format("M{}V{}", pair_text({from.x, floor}), coordinate(from.y))
                        : "M" + pair_text(from);
    else
      data += fmt::format("V{}", coordinate(from.y));
    data += fmt::format("H{}", coordinate(frame.x.at(series.x[i + 1])));
    is_first = false;
  }
  if (is_filled && !is_first) data += fmt::format("V{}Z", coordinate(floor));
  return data;
}

std::string level_path(const Series& series, const Frame& frame) {
  if (series.y.empty() || !frame.y.has(series.y[0])) return "";
  const Span& x = frame.x.places();
  return fmt::format("M{}H{}", pair_text({x.low, frame.y.at(series.y[0])}), coordinate(x.high));
}

std::string upright_path(const Series& series, const Frame& frame) {
  if (series.x.empty() || !frame.x.has(series.x[0])) return "";
  const Span& y = frame.y.places();
  return fmt::format("M{}V{}", pair_text({frame.x.at(series.x[0]), y.low}), coordinate(y.high));
}

}  // namespace

std::string marks_svg(const Series& series, const Frame& frame) {
  const std::string looks = look_classes(series.look);
  switch (series.mark) {
    case Mark::line:
      return path("line " + looks, line_path(series, frame));
    case Mark::points:
      return path("bar " + looks, errors_path(series, frame)) +
             path("dot " + looks, points_path(series, frame));
    case Mark::both:
      return path("line " + looks, line_path(series, frame)) +
             path("bar " + looks, errors_path(series, frame)) +
             path("dot " + looks, points_path(series, frame));
    case Mark::band:
      return path("band " + looks, band_path(series, frame));
    case Mark::banded:
      return path("band " + looks, band_path(series, frame)) +
             path("line " + looks, line_path(series, frame));
    case Mark::step:
      return path("line " + looks, step_path(series, frame, false));
    case Mark::bars:
      return path("fill " + looks, step_path(series, frame, true)) +
             path("line " + looks, step_path(series, frame, false));
    case Mark::level:
      return path("line " + looks, level_path(series, frame));
    case Mark::mark_x:
      return path("line " + looks, upright_path(series, frame));
  }
  return "";
}

}  // namespace nmc::figures
