#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/statistics/ranks.hpp"
#include "drivers/figures/xml.hpp"
#include "drivers/page/draw_figures.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {

namespace {

constexpr Index kRankBins = 20;

// Few enough for a sort, at equal distances.
statistics::Chains some_draws(const SampledColumn& column, Index& step) {
  constexpr Index kMostRows = 4096;
  step = std::max<Index>(1, column.thinned.rows() / kMostRows);
  statistics::Chains some((column.thinned.rows() + step - 1) / step, column.chains);
  for (Index row = 0; row < some.rows(); ++row) some.row(row) = column.thinned.row(row * step);
  return some;
}

// Error of a share of n/2τ draws that are independent, of which 1 in 20 is in a bin.
double share_error(const SampledColumn& column, const ReportLine& line, Index step, Index rows) {
  const auto distance = static_cast<double>(step * column.every);
  const double independent =
      static_cast<double>(rows) / std::max(1.0, 2 * line.summary.tau_int / distance);
  return std::sqrt((1 - 1.0 / kRankBins) * kRankBins / independent);
}

}  // namespace

figures::Figure rank_figure(const SampledColumn& column, const ReportLine& line,
                            const Detail& detail) {
  using figures::Mark;
  figures::Figure figure;
  Index step = 1;
  const statistics::Chains some = some_draws(column, step);
  if (column.chains < 2 || statistics::is_degenerate(some)) return figure;
  const statistics::Chains share = statistics::rank_shares(some, kRankBins);

  figure.title = fmt::format("{}: ranks", column.name);
  figure.x.label = "rank among all draws, lowest 0, highest 1";
  figure.y.label = "share / even share";
  figure.y.range = figures::Span{
      0, std::max(2.0, 1.1 * share.leftCols(std::min(column.chains, detail.chains)).maxCoeff())};
  const double error = share_error(column, line, step, some.rows());
  if (std::isfinite(error))
    figure.series.push_back(
        {"1 ± 2 errors", Mark::band, {0, 1}, {1, 1}, {2 * error, 2 * error}, figures::kReference});
  std::vector<double> edges;
  for (Index bin = 0; bin <= kRankBins; ++bin)
    edges.push_back(static_cast<double>(bin) / kRankBins);
  const Index shown = std::min(column.chains, detail.chains);
  for (Index chain = 0; chain < shown; ++chain) {
    const auto of_chain = share.col(chain);
    figure.series.push_back({fmt::format("chain {}", chain),
                             Mark::step,
                             edges,
                             std::vector<double>(of_chain.begin(), of_chain.end()),
                             {},
                             static_cast<int>(chain)});
  }
  const auto part = share.leftCols(shown);
  figure.description = fmt::format(
      "Ranks of the draws of {} of {} chains among those of all chains: shares of {} bins between "
      "{} and {} of the even one, R-hat {}.",
      shown, column.chains, kRankBins, figures::number_text(part.minCoeff(), 3),
      figures::number_text(part.maxCoeff(), 3), figures::number_text(line.summary.rhat, 5));
  return figure;
}

}  // namespace nmc::drivers::page
