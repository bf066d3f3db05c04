#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <pugixml.hpp>
#include <regex>
#include <set>

#include "drivers/figures/draw.hpp"
#include "drivers/figures/scale.hpp"
#include "drivers/figures/xml.hpp"

namespace nmc::figures {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A figure with a series of every mark, and numbers that have no place among them.
Figure figure_of_all_marks(bool is_log) {
  Figure figure{"title", "description", {"x", false}, {"y", is_log}, {}};
  const std::vector<double> x{0, 1, 2, 3, 4}, y{1, kNaN, 100, -3, kInfinity},
      error{1, 2, kNaN, 5, 6};
  for (const Mark mark : {Mark::line, Mark::points, Mark::both, Mark::band, Mark::banded,
                          Mark::step, Mark::bars, Mark::level, Mark::mark_x})
    figure.series.push_back({"series", mark, x, y, error, static_cast<int>(mark)});
  figure.series.push_back({"exact", Mark::line, x, y, {}, kReference});
  figure.series.push_back({"empty", Mark::both, {}, {}, {}, 0});
  return figure;
}

bool is_well_formed(const std::string& svg) {
  pugi::xml_document document;
  return static_cast<bool>(document.load_buffer(svg.data(), svg.size(), pugi::parse_full));
}

TEST(FiguresXml, EscapesWhatWouldEndATextOrIsNoCharacter) {
  EXPECT_EQ(escaped("a<b & \"c\" > 'd'"), "a&lt;b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  EXPECT_EQ(escaped("β ≤ 1\n"), "β ≤ 1\n");
  const std::string unknown = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped(std::string("\x01", 1)), unknown);
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a" + unknown + "b");
  EXPECT_EQ(escaped("\xff<"), unknown + "&lt;");
  EXPECT_EQ(escaped("\xc3"), unknown);                              // cut short
  EXPECT_EQ(escaped("\xc0\xbc"), unknown + unknown);                // an overlong <
  EXPECT_EQ(escaped("\xed\xa0\x80"), unknown + unknown + unknown);  // a surrogate
}

TEST(FiguresXml, WritesNumbersForReaders) {
  EXPECT_EQ(number_text(-1.23456), "−1.235");
  EXPECT_EQ(number_text(1.5e-9), "1.5×10⁻⁹");
  EXPECT_EQ(number_text(kNaN), "–");
  EXPECT_EQ(coordinate(12.04), "12");
  EXPECT_EQ(coordinate(-0.01), "0");
  EXPECT_EQ(letters("β = 1"), 5U);
}

TEST(FiguresMarks, ABandBreaksWhereANumberIsMissing) {
  Figure figure{"title", "description", {"x", false}, {"y", false}, {}};
  figure.series.push_back(
      {"", Mark::banded, {0, 1, 2, 3, 4}, {1, 2, kNaN, 2, 1}, {1, 1, kNaN, 1, 1}});
  figure.series.back().column = "curve";
  const std::string svg = figure_svg(figure, "f");
  const auto from = svg.find("class=\"band");
  ASSERT_NE(from, std::string::npos);
  const std::string band = svg.substr(from, svg.find("/>", from) - from);
  EXPECT_EQ(std::ranges::count(band, 'M'), 2) << band;
  EXPECT_EQ(std::ranges::count(band, 'Z'), 2) << band;
  EXPECT_EQ(numbers(figure).substr(0, 19), "x\tcurve\tcurve error");
}

TEST(FiguresScale, TicksAreRoundWithinTheSpanAndAtMostSoMany) {
  for (const double low : {-1e9, -95.46, -1e-7, 0.0, 3.3e-5, 0.44, 1e12})
    for (const double width : {1e-6, 0.037, 1.0, 17.0, 4.4e5}) {
      if (width < 1e-9 * std::abs(low)) continue;
      const auto found = ticks({low, low + width}, 6, false);
      ASSERT_GE(found.size(), 2U) << low << " " << width;
      ASSERT_LE(found.size(), 7U) << low << " " << width;
      const double step = found[1].value - found[0].value;
      const double digit = step / std::pow(10.0, std::floor(std::log10(step * (1 + 1e-6))));
      EXPECT_TRUE(std::abs(digit - 1) < 1e-3 || std::abs(digit - 2) < 1e-3 ||
                  std::abs(digit - 5) < 1e-3)
          << step;
      for (const Tick& tick : found) {
        EXPECT_GE(tick.value, low - 1e-6 * width);
        EXPECT_LE(tick.value, low + width * (1 + 1e-6));
      }
    }
}

TEST(FiguresScale, TicksOfDifferentValuesHaveDifferentWords) {
  for (const double low : {-1e9, -95.46, 0.0, 0.44, 1e6, 123456.0})
    for (const double width : {0.037, 1.0, 17.0, 4.4e5}) {
      std::set<std::string> words;
      const auto found = ticks({low, low + width}, 6, false);
      for (const Tick& tick : found) words.insert(tick.text);
      EXPECT_EQ(words.size(), found.size()) << low << " " << width;
    }
}

TEST(FiguresScale, LogarithmicTicksArePowersOfTen) {
  const auto found = ticks({1e-3, 1e6}, 6, true);
  ASSERT_GE(found.size(), 3U);
  EXPECT_EQ(found.back().text, "10⁵");
  for (const Tick& tick : found)
    EXPECT_NEAR(std::log10(tick.value), std::round(std::log10(tick.value)), 1e-9);
  EXPECT_GE(ticks({2.1, 2.9}, 6, true).size(), 2U);  // no power of ten lies there
}

TEST(FiguresScale, AStretchOfOneNumberHasAWidthAndItsMiddle) {
  for (const double value : {0.0, 5.0, -1e300, 1e-300}) {
    const Span span = padded({value, value}, false);
    EXPECT_LT(span.low, span.high) << value;
    EXPECT_NEAR(Scale(span, {0, 100}, false).at(value), 50, 1e-6);
  }
  EXPECT_EQ(Scale({0, 1}, {10, 20}, false).at(7), 20);  // what lies beyond is at the end
  EXPECT_FALSE(Scale({1, 2}, {0, 1}, true).has(0));
  const double largest = std::numeric_limits<double>::max();
  EXPECT_NEAR(Scale({-largest, largest}, {0, 100}, false).at(0), 50, 1e-6);
}

TEST(FiguresDraw, EveryMarkIsWellFormedAndHoldsNoNumberThatIsNone) {
  const std::regex none("[\"  MLHVhvlaZ,-](nan|inf)", std::regex::icase);
  for (const bool is_log : {false, true}) {
    const Figure figure = figure_of_all_marks(is_log);
    for (const std::string& svg : {figure_file(figure), figure_svg(figure, "f1")}) {
      EXPECT_TRUE(is_well_formed(svg)) << svg;
      EXPECT_FALSE(std::regex_search(svg, none)) << svg;
      EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
    }
  }
}

TEST(FiguresDraw, NamesFromFilesStayText) {
  Figure figure = figure_of_all_marks(false);
  figure.title = figure.x.label = figure.series[0].name = "</title><script>alert(1)</script>";
  const std::string svg = figure_file(figure);
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_EQ(svg.find("<script"), std::string::npos);
}

TEST(FiguresDraw, AFigureWithoutNumbersIsStillOne) {
  EXPECT_TRUE(is_well_formed(figure_file({})));
  EXPECT_FALSE(has_marks({}));
  EXPECT_FALSE(has_marks({"", "", {}, {}, {{"", Mark::line, {1}, {kNaN}, {}, 0}}}));
  EXPECT_TRUE(has_marks(figure_of_all_marks(false)));
}

TEST(FiguresDraw, FilesReadNoVariablesAndNoOtherFiles) {
  const std::string svg = figure_file(figure_of_all_marks(false));
  for (const char* word : {"var(", "url(", "@import", "href"})
    EXPECT_EQ(svg.find(word), std::string::npos) << word;
}

TEST(FiguresNumbers, StandInColumnsUnderTheirNames) {
  Figure figure{"", "", {"beta"}, {"energy"}, {}};
  figure.series.push_back({"L\t4", Mark::points, {0.1, 0.2}, {1, kNaN}, {0.5, kNaN}, 0});
  figure.series.push_back({"exact", Mark::line, {0.1, 0.2}, {1.25, 2}, {}, kReference});
  figure.series.push_back({"", Mark::line, {3}, {4}, {}, 0});
  EXPECT_EQ(numbers(figure),
            "beta\tL 4\tL 4 error\texact\n0.1\t1\t0.5\t1.25\n0.2\t\t\t2\n\nbeta\tenergy\n3\t4\n");
}

}  // namespace
}  // namespace nmc::figures
