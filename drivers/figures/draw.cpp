#include "drivers/figures/draw.hpp"

#include <fmt/format.h>

#include "drivers/figures/frame.hpp"
#include "drivers/figures/look.hpp"
#include "drivers/figures/marks.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

// Areas first, so that they hide no line; then lines, then markers.
int depth(Mark mark) {
  switch (mark) {
    case Mark::band:
      return 0;
    case Mark::bars:
      return 1;
    case Mark::level:
    case Mark::mark_x:
      return 2;
    case Mark::line:
    case Mark::banded:
    case Mark::step:
      return 3;
    case Mark::points:
    case Mark::both:
      return 4;
  }
  return 0;
}

std::string content(const Figure& figure, const std::string& id) {
  const Frame frame = frame_of(figure);
  std::string svg = fmt::format("<title id=\"{0}-t\">{1}</title><desc id=\"{0}-d\">{2}</desc>", id,
                                escaped(figure.title), escaped(figure.description));
  svg += axes_svg(figure, frame);
  for (int at = 0; at <= depth(Mark::both); ++at)
    for (const Series& series : figure.series)
      if (depth(series.mark) == at) svg += marks_svg(series, frame);
  return svg + legend_svg(figure);
}

}  // namespace

std::string figure_svg(const Figure& figure, const std::string& id) {
  return fmt::format(
      "<svg class=\"figure\" viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"{2}-t "
      "{2}-d\">{3}</svg>",
      kWidth, kHeight, id, content(figure, id));
}

std::string figure_file(const Figure& figure) {
  constexpr double kColumn = 86;  // mm
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" width=\"{}mm\" "
      "height=\"{:.2f}mm\" "
      "viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"f-t f-d\"><style>{}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
      kColumn, kColumn * kHeight / kWidth, kWidth, kHeight, figure_css(false),
      content(figure, "f"));
}

}  // namespace nmc::figures
