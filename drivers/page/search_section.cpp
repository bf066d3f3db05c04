#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Mark;

/// A number per step, every so many of them: of a curve of some hundred points.
struct SearchColumns {
  std::vector<double> step, energy, error, variance;
};

SearchColumns search_columns(const archive::File& file) {
  constexpr std::size_t kMostPoints = 400;
  const auto thinned = [&](const char* name) {
    const std::vector<double> all = file.read_doubles(std::string("/search/") + name);
    const std::size_t every = std::max<std::size_t>(1, all.size() / kMostPoints);
    std::vector<double> some;
    for (std::size_t k = 0; k < all.size(); k += every) some.push_back(all[k]);
    return some;
  };
  return {thinned("step"), thinned("energy"), thinned("energy_error"), thinned("variance")};
}

std::optional<double> exact_energy(const Report& report) {
  for (const ReportLine& line : report.lines)
    if (line.name == "energy") return line.exact;
  return std::nullopt;
}

/// Its distance from the exact one where that is known, on a scale of powers.
figures::Figure energy_figure(const SearchColumns& columns, const std::optional<double>& exact) {
  figures::Figure figure{"Search: energy", "", {"step"}, {"energy"}, {}};
  if (!exact) {
    figure.series.push_back(
        {"of each step", Mark::banded, columns.step, columns.energy, columns.error});
    figure.description = fmt::format("Of the samples of a step, with its error; ends at {}.",
                                     figures::number_text(columns.energy.back(), 9));
    return figure;
  }
  figure.y = {"|E − E exact| / |E exact|", true};
  std::vector<double> away;
  for (const double energy : columns.energy)
    away.push_back(std::abs(energy - *exact) / std::abs(*exact));
  figure.series.push_back({"of each step", Mark::line, columns.step, away});
  figure.description = fmt::format(
      "Of the samples of a step, beside the exact {}; where it jumps up and down it is "
      "the noise of the samples.",
      figures::number_text(*exact, 9));
  return figure;
}

figures::Figure variance_figure(const SearchColumns& columns) {
  figures::Figure figure{
      "Search: variance of the local energy", "", {"step"}, {"variance", true}, {}};
  figure.series.push_back({"of each step", Mark::line, columns.step, columns.variance});
  figure.description = fmt::format("0 of an eigenstate; ends at {}.",
                                   figures::number_text(columns.variance.back(), 3));
  return figure;
}

}  // namespace

Section search_section(const PageRun& of) {
  Section section("search", "Search");
  if (!of.run.file->has("/search/step")) return section;
  const SearchColumns columns = search_columns(*of.run.file);
  if (columns.step.empty()) return section;
  section.figure(energy_figure(columns, exact_energy(of.report)));
  section.figure(variance_figure(columns));
  return section;
}

}  // namespace nmc::drivers::page
