#include "drivers/page/draw_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/statistics/autocorrelation.hpp"
#include "drivers/figures/xml.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Figure;
using figures::Mark;
using figures::number_text;
using figures::Series;

std::string chains_words(const SampledColumn& column, Index shown) {
  return shown == column.chains ? fmt::format("all {}", count_words(shown, "chain"))
                                : fmt::format("the first {} of {} chains", shown, column.chains);
}

}  // namespace

Figure trace_figure(const SampledColumn& column, const Detail& detail) {
  const Index shown = std::min(column.chains, detail.chains);
  const Index step = std::max<Index>(1, column.thinned.rows() / detail.points);
  Figure figure;
  figure.title = fmt::format("{}: trace", column.name);
  figure.x.label = "draw";
  figure.y.label = column.name;
  for (Index chain = 0; chain < shown; ++chain) {
    Series series{fmt::format("chain {}", chain), Mark::line, {}, {}, {}, static_cast<int>(chain)};
    for (Index row = 0; row < column.thinned.rows(); row += step) {
      series.x.push_back(static_cast<double>(row * column.every));
      series.y.push_back(column.thinned(row, chain));
    }
    figure.series.push_back(std::move(series));
  }
  const auto part = column.thinned.leftCols(shown);
  figure.description =
      fmt::format("Draws of {} of {}, every {} of {}, between {} and {}.", column.name,
                  chains_words(column, shown),
                  step * column.every == 1 ? "one" : fmt::format("{}th", step * column.every),
                  column.draws, number_text(part.minCoeff()), number_text(part.maxCoeff()));
  return figure;
}

Figure running_mean_figure(const SampledColumn& column, const ReportLine& line) {
  Figure figure;
  figure.title = fmt::format("{}: running mean", column.name);
  figure.x = {"draws per chain", false};
  figure.y.label = fmt::format("mean of {}", column.name);
  Series band{"± 1 error", Mark::band, column.places, column.running, {}, 0};
  const auto N = static_cast<double>(column.draws);
  for (const double n : column.places) band.error.push_back(line.summary.error * std::sqrt(N / n));
  // the first means have errors beyond all others, which would flatten the rest
  const double end = line.summary.mean, spread = 12 * line.summary.error;
  const bool has_scale = std::isfinite(end) && spread > 0;
  if (has_scale) {
    double low = end - spread, high = end + spread;
    if (line.exact && std::abs(*line.exact - end) < 2 * spread) {
      low = std::min(low, *line.exact - spread / 12);
      high = std::max(high, *line.exact + spread / 12);
    }
    figure.y.range = figures::Span{low, high};
  }
  figure.series.push_back(band);
  figure.series.push_back({"running mean", Mark::line, column.places, column.running, {}, 0});
  figure.description =
      fmt::format("The mean of {} over all {} ends at {}", column.name,
                  count_words(column.chains, "chain"), value_words(end, line.summary.error));
  if (line.exact) {
    figure.series.push_back({"exact", Mark::level, {}, {*line.exact}, {}, figures::kReference});
    figure.description += fmt::format(", the exact value is {}", number_text(*line.exact, 9));
  }
  figure.description += ".";
  return figure;
}

Figure correlation_figure(const SampledColumn& column) {
  const statistics::Autocorrelation found = statistics::normalised_autocorrelation(column.last);
  Figure figure;
  if (found.rho.size() == 0) return figure;
  figure.title = fmt::format("{}: autocorrelation", column.name);
  figure.x.label = "lag t, in draws";
  figure.y.label = "ρ(t)";
  Series rho{"ρ(t) ± 1 error", Mark::points, {}, {}, {}, 0};
  const Index step = std::max<Index>(1, found.rho.size() / 60);
  for (Index t = 0; t < found.rho.size(); t += step) {
    rho.x.push_back(static_cast<double>(t));
    rho.y.push_back(found.rho[t]);
    rho.error.push_back(found.error[t]);
  }
  const double window = static_cast<double>(found.window);
  figure.series.push_back({"", Mark::level, {}, {0.0}, {}, figures::kReference});
  figure.series.push_back({"window", Mark::mark_x, {window}, {}, {}, 1});
  figure.series.push_back(std::move(rho));
  figure.description = fmt::format(
      "Autocorrelation of {}: ρ(1) = {}; summed up to the window of {} it makes tau = {} draws "
      "(1/2 for independent ones).",
      column.name, number_text(found.rho[1]), count_words(found.window, "draw"),
      number_text(found.tau_int));
  if (column.last.rows() < column.draws)
    figure.description += fmt::format(" Of the last {} draws.", column.last.rows());
  return figure;
}

}  // namespace nmc::drivers::page
