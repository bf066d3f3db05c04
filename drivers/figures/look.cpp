#include "drivers/figures/look.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace nmc::figures {
namespace {

/// A colour by the name of its variable.
struct Ink {
  std::string_view name, light, dark;
};

// Okabe and Ito's palette, which people who see few colours tell apart
// (https://jfly.uni-koeln.de/color), the yellow left out, which paper does not show.
constexpr std::array<Ink, kLooks + 3> kInks{{{"s0", "#0072b2", "#56b4e9"},
                                             {"s1", "#d55e00", "#ff8c42"},
                                             {"s2", "#009e73", "#2fd6a3"},
                                             {"s3", "#aa4499", "#e29bd0"},
                                             {"s4", "#8a6d00", "#e6b800"},
                                             {"s5", "#5b5b5b", "#bdbdbd"},
                                             {"ink", "#1a1a1a", "#e8e8e8"},
                                             {"rule", "#6a6a6a", "#9a9a9a"},
                                             {"grid", "#e2e2e2", "#3a3a3a"}}};

constexpr std::array<std::string_view, kLooks> kDashes{"none",    "7 3",         "2 2.5",
                                                       "8 3 2 3", "4 2 1 2 1 2", "12 4"};

std::string variables(bool is_dark) {
  std::string text;
  for (const Ink& ink : kInks)
    text += fmt::format("--{}:{};", ink.name, is_dark ? ink.dark : ink.light);
  return text;
}

std::string colour(std::string_view name, bool is_in_a_page) {
  if (is_in_a_page) return fmt::format("var(--{})", name);
  for (const Ink& ink : kInks)
    if (ink.name == name) return std::string(ink.light);
  return "";
}

}  // namespace

std::string light_variables() {
  return variables(false);
}

std::string dark_variables() {
  return variables(true);
}

std::string figure_css(bool is_in_a_page) {
  const auto ink = [&](std::string_view name) { return colour(name, is_in_a_page); };
  std::string css = fmt::format(
      ".figure text{{font:12px \"Helvetica Neue\",Arial,\"DejaVu Sans\",sans-serif;fill:{}}}"
      ".figure .grid{{stroke:{};fill:none}}.figure .axis{{stroke:{};fill:none}}",
      ink("ink"), ink("grid"), ink("rule"));
  for (int look = 0; look < kLooks; ++look)
    css += fmt::format(".figure .s{0}{{stroke:{1};fill:{1}}}.figure .d{0}{{stroke-dasharray:{2}}}",
                       look, ink(fmt::format("s{}", look)),
                       kDashes.at(static_cast<std::size_t>(look)));
  css += fmt::format(".figure .ref{{stroke:{0};fill:{0};stroke-dasharray:5 3}}", ink("ink"));
  css += fmt::format(".figure .arrow{{fill:{}}}", ink("ink"));
  return css +
         ".figure .line{fill:none;stroke-width:1.4;stroke-linejoin:round}"
         ".figure .bar{fill:none;stroke-width:1.2;stroke-dasharray:none}"
         ".figure .dot{stroke-width:1.2;stroke-dasharray:none;fill-opacity:.35}"
         ".figure .band{stroke:none;fill-opacity:.2}.figure .fill{stroke:none;fill-opacity:.18}";
}

}  // namespace nmc::figures
