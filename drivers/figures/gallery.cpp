#include "drivers/figures/gallery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

constexpr std::array<const char*, 10> kLevels{"#00224e", "#123570", "#3b496c", "#575d6d",
                                              "#707173", "#8a8678", "#a59c74", "#c3b369",
                                              "#e1cc55", "#fee838"};
constexpr std::array<const char*, 2> kTwo{"#28324a", "#efe6cf"};
constexpr double kSide = 128, kBetween = 14, kLabel = 18;
constexpr std::size_t kColumns = 3;

std::size_t colours(Palette palette) {
  return palette == Palette::two ? kTwo.size() : kLevels.size();
}

const char* level_colour(Palette palette, std::size_t level) {
  return palette == Palette::two ? kTwo.at(level) : kLevels.at(level);
}

// colours() where the number is none.
std::size_t level_of(const Gallery& gallery, double value) {
  const std::size_t count = colours(gallery.palette);
  if (!std::isfinite(value)) return count;
  if (gallery.palette == Palette::two) return value < 0 ? 0 : 1;
  const double width = gallery.range.high - gallery.range.low;
  const double part = width > 0 ? (value - gallery.range.low) / width : 0.5;
  const double place =
      std::clamp(part * static_cast<double>(count), 0.0, static_cast<double>(count) - 1);
  return static_cast<std::size_t>(place);
}

double value_at(const Image& image, Index x, Index y) {
  return image.values[static_cast<std::size_t>(x + image.width * y)];
}

// A path for each colour, of the stretches of a row that have it.
std::string cells(const Gallery& gallery, const Image& image) {
  std::vector<std::string> paths(colours(gallery.palette) + 1);
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width;) {
      const std::size_t level = level_of(gallery, value_at(image, x, y));
      Index end = x + 1;
      while (end < image.width && level_of(gallery, value_at(image, end, y)) == level) ++end;
      paths[level] += fmt::format("M{} {}.5h{}", x, image.height - 1 - y, end - x);
      x = end;
    }
  std::string svg;
  for (std::size_t level = 0; level < colours(gallery.palette); ++level)
    if (!paths[level].empty())
      svg += fmt::format("<path stroke=\"{}\" d=\"{}\"/>", level_colour(gallery.palette, level),
                         paths[level]);
  return svg;
}

// Kites in units of a cell, the tip ahead.
std::string arrows(const Image& image) {
  std::string data;
  for (Index y = 0; y < image.height; ++y)
    for (Index x = 0; x < image.width; ++x) {
      const double angle = value_at(image, x, y);
      if (!std::isfinite(angle)) continue;
      const double c = std::cos(angle), s = -std::sin(angle);  // y goes down in SVG
      const double mid_x = static_cast<double>(x) + 0.5;
      const double mid_y = static_cast<double>(image.height - 1 - y) + 0.5;
      data += fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f} {:.2f} {:.2f}Z", mid_x + 0.45 * c,
                          mid_y + 0.45 * s, mid_x - 0.4 * c - 0.18 * s, mid_y - 0.4 * s + 0.18 * c,
                          mid_x - 0.4 * c + 0.18 * s, mid_y - 0.4 * s - 0.18 * c);
    }
  return fmt::format("<path class=\"arrow\" d=\"{}\"/>", data.empty() ? "M0 0" : data);
}

std::string image_svg(const Gallery& gallery, const Image& image, double left, double top) {
  const double scale = kSide / static_cast<double>(std::max(image.width, image.height));
  const std::string content =
      gallery.palette == Palette::arrows
          ? arrows(image)
          : fmt::format("<g stroke-width=\"1.02\" shape-rendering=\"crispEdges\">{}</g>",
                        cells(gallery, image));
  return fmt::format(
      "<g transform=\"translate({0} {1}) scale({2:.5f})\">{3}</g><rect class=\"axis\" x=\"{0}\" "
      "y=\"{1}\" width=\"{4}\" height=\"{5}\"/><text x=\"{0}\" y=\"{6}\">{7}</text>",
      coordinate(left), coordinate(top), scale, content,
      coordinate(scale * static_cast<double>(image.width)),
      coordinate(scale * static_cast<double>(image.height)), coordinate(top + kSide + kLabel - 4),
      escaped(image.label));
}

// Which colour is what.
std::string key_svg(const Gallery& gallery, double top) {
  if (gallery.palette == Palette::arrows) return "";
  const std::size_t count = colours(gallery.palette);
  constexpr double kCell = 16;
  std::string svg;
  for (std::size_t level = 0; level < count; ++level)
    svg += fmt::format(
        "<rect class=\"axis\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\" "
        "style=\"fill:{}\"/>",
        coordinate(44 + kCell * static_cast<double>(level)), coordinate(top), kCell,
        level_colour(gallery.palette, level));
  const bool is_two = gallery.palette == Palette::two;
  svg += fmt::format("<text x=\"40\" y=\"{}\" text-anchor=\"end\">{}</text>", coordinate(top + 10),
                     is_two ? "−1" : number_text(gallery.range.low, 3));
  return svg + fmt::format("<text x=\"{}\" y=\"{}\">{}</text>",
                           coordinate(48 + kCell * static_cast<double>(count)),
                           coordinate(top + 10),
                           is_two ? "+1" : number_text(gallery.range.high, 3));
}

}  // namespace

std::string gallery_svg(const Gallery& gallery, const std::string& id) {
  const std::size_t columns = std::clamp<std::size_t>(gallery.images.size(), 1, kColumns);
  std::string content;
  for (std::size_t i = 0; i < gallery.images.size(); ++i) {
    const std::size_t column = i % columns, row = i / columns;
    content +=
        image_svg(gallery, gallery.images[i], 1 + static_cast<double>(column) * (kSide + kBetween),
                  1 + static_cast<double>(row) * (kSide + kLabel + kBetween / 2));
  }
  const std::size_t rows = (gallery.images.size() + columns - 1) / columns;
  const double bottom = static_cast<double>(rows) * (kSide + kLabel + kBetween / 2) + 4;
  const double height = bottom + (gallery.palette == Palette::arrows ? 2 : 20);
  const double width = static_cast<double>(kColumns) * (kSide + kBetween);
  return fmt::format(
      "<svg class=\"figure\" viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"{2}-t {2}-d\">"
      "<title id=\"{2}-t\">{3}</title><desc id=\"{2}-d\">{4}</desc>{5}{6}</svg>",
      coordinate(width), coordinate(height), id, escaped(gallery.title),
      escaped(gallery.description), content, key_svg(gallery, bottom));
}

std::string numbers(const Gallery& gallery) {
  std::string text;
  for (const Image& image : gallery.images) {
    text += (text.empty() ? "" : "\n") + image.label + "\n";
    for (Index y = image.height - 1; y >= 0; --y)
      for (Index x = 0; x < image.width; ++x)
        text += fmt::format("{:.4g}{}", value_at(image, x, y), x + 1 < image.width ? "\t" : "\n");
  }
  return text;
}

}  // namespace nmc::figures
