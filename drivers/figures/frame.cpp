#include "drivers/figures/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "drivers/figures/marker.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

constexpr double kLetter = 7;  // a wide guess of a letter of 12 units
constexpr double kRow = 17, kSample = 26, kGap = 14, kEdge = 10;
constexpr int kMostAcross = 6, kMostUp = 6;

/// An entry of the legend at its place.
struct Entry {
  const Series* series;
  double x, y;
};

std::vector<Entry> entries_of(const Figure& figure) {
  std::vector<Entry> entries;
  double x = kEdge, y = kEdge + 6;
  for (const Series& series : figure.series) {
    if (series.name.empty()) continue;
    const double width = kSample + kLetter * static_cast<double>(letters(series.name)) + kGap;
    if (x > kEdge && x + width > kWidth) {
      x = kEdge;
      y += kRow;
    }
    entries.push_back({&series, x, y});
    x += width;
  }
  return entries;
}

void append(const std::vector<double>& more, std::vector<double>& values) {
  values.insert(values.end(), more.begin(), more.end());
}

std::vector<double> values_across(const Figure& figure) {
  std::vector<double> values;
  for (const Series& series : figure.series) append(series.x, values);
  return values;
}

std::vector<double> values_up(const Figure& figure) {
  std::vector<double> values;
  for (const Series& series : figure.series) {
    append(series.y, values);
    for (std::size_t i = 0; i < std::min(series.y.size(), series.error.size()); ++i) {
      values.push_back(series.y[i] - series.error[i]);
      values.push_back(series.y[i] + series.error[i]);
    }
    if (series.mark == Mark::bars) values.push_back(0);
  }
  return values;
}

// Curves that begin at a number need no margin there.
bool fills_across(const Figure& figure) {
  return std::ranges::none_of(figure.series, [](const Series& series) {
    return series.mark == Mark::points || series.mark == Mark::both;
  });
}

Span across(const Figure& figure) {
  if (figure.x.range) return *figure.x.range;
  const Span all = span_of(values_across(figure), figure.x.is_log);
  const bool is_stretch = all.high > all.low;
  return is_stretch && fills_across(figure) ? all : padded(all, figure.x.is_log);
}

Span up(const Figure& figure) {
  if (figure.y.range) return *figure.y.range;
  const bool has_bars = std::ranges::any_of(
      figure.series, [](const Series& series) { return series.mark == Mark::bars; });
  Span span = padded(span_of(values_up(figure), figure.y.is_log), figure.y.is_log);
  if (has_bars && !figure.y.is_log)
    span.low = std::min(0.0, span.low + 0.05 * (span.high - span.low));
  if (has_bars && !figure.y.is_log && span.low > -1e-9 * span.high) span.low = 0;
  return span;
}

double tick_room(const Span& values, bool is_log) {
  std::size_t longest = 1;
  for (const Tick& tick : ticks(values, kMostUp, is_log))
    longest = std::max(longest, letters(tick.text));
  return kLetter * static_cast<double>(longest);
}

std::string text_at(const Place& place, const std::string& anchor, const std::string& words) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", coordinate(place.x),
                     coordinate(place.y), anchor, escaped(words));
}

std::string ticks_across(const Frame& frame) {
  const Span& x = frame.x.places();
  const Span& y = frame.y.places();
  std::string grid, words;
  double last_end = -kWidth;
  for (const Tick& tick : ticks(frame.x.values(), kMostAcross, frame.x.is_log())) {
    const double place = frame.x.at(tick.value);
    grid += fmt::format("M{} {}V{}", coordinate(place), coordinate(y.low), coordinate(y.high));
    const double half = kLetter * static_cast<double>(letters(tick.text)) / 2;
    // words that would lie on each other, or leave the figure, are left out
    if (place - half < last_end || place + half > std::max(kWidth, x.high)) continue;
    words += text_at({place, y.low + kRow - 2}, "middle", tick.text);
    last_end = place + half + kLetter / 2;
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>{}", grid.empty() ? "M0 0" : grid, words);
}

std::string ticks_up(const Frame& frame) {
  const Span& x = frame.x.places();
  std::string grid, words;
  for (const Tick& tick : ticks(frame.y.values(), kMostUp, frame.y.is_log())) {
    const double place = frame.y.at(tick.value);
    grid += fmt::format("M{} {}H{}", coordinate(x.low), coordinate(place), coordinate(x.high));
    words += text_at({x.low - 5, place + 4}, "end", tick.text);
  }
  return fmt::format("<path class=\"grid\" d=\"{}\"/>{}", grid.empty() ? "M0 0" : grid, words);
}

}  // namespace

Frame frame_of(const Figure& figure) {
  const Span x = across(figure), y = up(figure);
  const std::vector<Entry> entries = entries_of(figure);
  const double top = entries.empty() ? kEdge : entries.back().y + kRow - 6;
  const double left = kRow + tick_room(y, figure.y.is_log) + 12;
  return {Scale(x, {left, kWidth - kEdge - 4}, figure.x.is_log),
          Scale(y, {kHeight - 2 * kRow - 4, top}, figure.y.is_log)};
}

std::string axes_svg(const Figure& figure, const Frame& frame) {
  const Span& x = frame.x.places();
  const Span& y = frame.y.places();
  const double middle = (y.low + y.high) / 2;
  return ticks_across(frame) + ticks_up(frame) +
         fmt::format("<path class=\"axis\" d=\"M{0} {1}V{2}H{3}\"/>", coordinate(x.low),
                     coordinate(y.high), coordinate(y.low), coordinate(x.high)) +
         text_at({(x.low + x.high) / 2, kHeight - 5}, "middle", figure.x.label) +
         fmt::format(
             "<text text-anchor=\"middle\" transform=\"translate(13 {}) rotate(-90)\">{}"
             "</text>",
             coordinate(middle), escaped(figure.y.label));
}

std::string legend_svg(const Figure& figure) {
  std::string svg;
  for (const Entry& entry : entries_of(figure)) {
    const Mark mark = entry.series->mark;
    const std::string looks = look_classes(entry.series->look);
    const double y = entry.y - 4;
    const std::string from = coordinate(entry.x), height = coordinate(y);
    if (mark == Mark::band || mark == Mark::banded || mark == Mark::bars)
      svg += fmt::format("<path class=\"{} {}\" d=\"M{} {}h20v10h-20Z\"/>",
                         mark == Mark::bars ? "fill" : "band", looks, from, coordinate(y - 5));
    if (mark != Mark::points && mark != Mark::band)
      svg += fmt::format("<path class=\"line {}\" d=\"M{} {}h20\"/>", looks, from, height);
    if (mark == Mark::points || mark == Mark::both)
      svg += fmt::format("<path class=\"dot {}\" d=\"{}\"/>", looks,
                         marker_path(entry.series->look, {entry.x + 10, y}));
    svg += text_at({entry.x + kSample, entry.y}, "start", entry.series->name);
  }
  return svg;
}

}  // namespace nmc::figures
