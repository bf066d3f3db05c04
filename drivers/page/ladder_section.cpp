#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/format.hpp"
#include "drivers/page/beta_curves.hpp"
#include "drivers/page/run_sections.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Figure;
using figures::Mark;

Figure swaps_figure(const LadderReport& ladder) {
  Figure figure{"Swaps of neighbouring temperatures", "", {"β between them"}, {"acceptance"}, {}};
  figure.y.range = figures::Span{0, 1};
  figures::Series swaps{"", Mark::both, {}, {}, {}, 0};
  for (std::size_t r = 0; r + 1 < ladder.rungs.size(); ++r) {
    swaps.x.push_back((ladder.rungs[r].beta + ladder.rungs[r + 1].beta) / 2);
    swaps.y.push_back(ladder.rungs[r].swap_acceptance);
  }
  if (swaps.y.empty()) return figure;
  const auto [low, high] = std::ranges::minmax(swaps.y);
  figure.description =
      fmt::format("Acceptance between {} and {} over {} pairs.", figures::number_text(low, 3),
                  figures::number_text(high, 3), swaps.y.size());
  figure.series.push_back(std::move(swaps));
  return figure;
}

// Of an ideal ladder a straight line from 1 to 0.
Figure flow_figure(const LadderReport& ladder) {
  Figure figure{"Flow of replicas", "", {"rung, hot to cold"}, {"come from the hot end"}, {}};
  figure.y.range = figures::Span{0, 1};
  figures::Series flow{"replicas", Mark::both, {}, {}, {}, 0};
  for (std::size_t r = 0; r < ladder.rungs.size(); ++r) {
    flow.x.push_back(static_cast<double>(r));
    flow.y.push_back(ladder.rungs[r].hot_fraction);
  }
  const double last = static_cast<double>(ladder.rungs.size()) - 1;
  figure.series.push_back({"even flow", Mark::line, {0, last}, {1, 0}, {}, figures::kReference});
  figure.series.push_back(std::move(flow));
  figure.description = fmt::format(
      "Share of replicas that were at the hot end later than at the cold one; {:.0f} round trips, "
      "one per replica and {} steps, barrier {:.2f}.",
      ladder.round_trips, short_count(ladder.round_trip_time), ladder.barrier);
  return figure;
}

}  // namespace

Section ladder_section(const Report& report) {
  Section section("ladder", "Temperatures");
  if (!report.ladder) return section;
  constexpr std::size_t kMost = 6;
  std::vector<std::string> names = ladder_observables(*report.ladder);
  names.resize(std::min(names.size(), kMost));
  for (const std::string& name : names) {
    const BetaCurve found = ladder_curve(report, name);
    section.figure(curves_figure({found.curve}, {name, "β", found.note()}));
  }
  const BetaCurve lnZ = ladder_lnZ_curve(report);
  section.figure(curves_figure({lnZ.curve}, {"lnZ", "β", ""}));
  section.figure(swaps_figure(*report.ladder));
  section.figure(flow_figure(*report.ladder));
  section.folded("table of temperatures", ladder_text(*report.ladder, report.findings));
  return section;
}

}  // namespace nmc::drivers::page
