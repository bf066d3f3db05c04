#include "drivers/page/explorer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"

namespace nmc::drivers::page {
namespace {

using figures::escaped;

// Shades of a picture, as letters: the page holds no more than can be seen.
constexpr const char* kShades = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr int kShadeCount = 62;

/// Letters of all pictures, top row first, scaled to the largest absolute value.
std::string letters_of(const Explorer& explorer, double most) {
  std::string text;
  text.reserve(static_cast<std::size_t>(explorer.pictures.size()));
  for (Index picture = 0; picture < explorer.pictures.rows(); ++picture)
    for (Index row = explorer.height; row-- > 0;)
      for (Index column = 0; column < explorer.width; ++column) {
        const double value = explorer.pictures(picture, row * explorer.width + column);
        const double shade = (value / most + 1) / 2 * (kShadeCount - 1);
        text += kShades[std::clamp(static_cast<int>(std::lround(shade)), 0, kShadeCount - 1)];
      }
  return text;
}

std::string values_text(const Explorer& explorer) {
  std::vector<std::string> all;
  for (Index picture = 0; picture < explorer.values.rows(); ++picture)
    for (Index reading = 0; reading < explorer.values.cols(); ++reading)
      all.push_back(fmt::format("{:.5g}", explorer.values(picture, reading)));
  return fmt::format("{}", fmt::join(all, " "));
}

std::string slider_html(const Explorer& explorer, std::size_t slider, const std::string& id) {
  const std::size_t last = explorer.positions.size() - 1;
  return fmt::format(
      "<label for=\"{0}-s{1}\">{2} = <output id=\"{0}-o{1}\">{3}</output></label>"
      "<input type=\"range\" id=\"{0}-s{1}\" min=\"0\" max=\"{4}\" step=\"1\" value=\"{5}\"/>\n",
      id, slider, escaped(explorer.sliders[slider]),
      figures::number_text(explorer.positions[last / 2], 3), last, last / 2);
}

}  // namespace

std::string explorer_html(const Explorer& explorer, const std::string& id) {
  const double most = std::max(explorer.pictures.abs().maxCoeff(), 1e-300);
  std::string sliders, readings;
  for (std::size_t slider = 0; slider < explorer.sliders.size(); ++slider)
    sliders += slider_html(explorer, slider, id);
  for (std::size_t reading = 0; reading < explorer.readings.size(); ++reading)
    readings += fmt::format("<dt>{}</dt><dd id=\"{}-r{}\">–</dd>",
                            escaped(explorer.readings[reading]), id, reading);
  return fmt::format(
      "<figure class=\"explorer\" id=\"{0}\" data-width=\"{1}\" data-height=\"{2}\" "
      "data-positions=\"{3}\" data-readings=\"{4}\" data-values=\"{5}\">"
      "<canvas width=\"{1}\" height=\"{2}\" role=\"img\" aria-label=\"{6}\"></canvas>"
      "<div class=\"controls\">{7}<dl>{8}</dl></div>"
      "<figcaption>{6} Dark is {9}, light is {10}.</figcaption>"
      "<script type=\"text/plain\" class=\"pictures\">{11}</script></figure>\n",
      id, explorer.width, explorer.height, fmt::join(explorer.positions, " "),
      explorer.readings.size(), values_text(explorer), escaped(explorer.caption), sliders, readings,
      figures::number_text(-most, 3), figures::number_text(most, 3), letters_of(explorer, most));
}

std::string explorer_script() {
  return R"(
document.querySelectorAll("figure.explorer").forEach(function (figure) {
  var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  var data = figure.dataset, width = Number(data.width), height = Number(data.height);
  var positions = data.positions.split(" "), values = data.values.split(" ");
  var readings = Number(data.readings), text = figure.querySelector(".pictures").textContent;
  var canvas = figure.querySelector("canvas"), paper = canvas.getContext("2d");
  var sliders = Array.from(figure.querySelectorAll("input"));
  var show = function () {
    var place = 0, stride = 1;
    sliders.forEach(function (slider, i) {
      place += stride * Number(slider.value);
      stride *= positions.length;
      document.getElementById(figure.id + "-o" + i).textContent = positions[Number(slider.value)];
    });
    var image = paper.createImageData(width, height), start = place * width * height;
    Array.from(text.substr(start, width * height)).forEach(function (letter, i) {
      var shade = Math.round(20 + 225 * letters.indexOf(letter) / (letters.length - 1));
      image.data.set([shade, shade, shade, 255], 4 * i);
    });
    paper.putImageData(image, 0, 0);
    Array.from({ length: readings }).forEach(function (nothing, i) {
      document.getElementById(figure.id + "-r" + i).textContent = values[place * readings + i];
    });
    figure.dataset.place = place;
  };
  sliders.forEach(function (slider) { slider.addEventListener("input", show); });
  show();
});
)";
}

std::string explorer_css() {
  return R"(
.explorer{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:1rem;max-width:46rem}
.explorer canvas{width:100%;max-width:22rem;image-rendering:pixelated;border:1px solid var(--rule)}
.explorer .controls{display:grid;align-content:start;gap:.2rem}
.explorer input{width:100%;min-height:2rem}
.explorer dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .8rem;margin:.6rem 0;font-variant-numeric:tabular-nums}
.explorer dd{margin:0}
.explorer figcaption{grid-column:1/-1}
@media print{.explorer input{display:none}.explorer{break-inside:avoid}}
)";
}

}  // namespace nmc::drivers::page
