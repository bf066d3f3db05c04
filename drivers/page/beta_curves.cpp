#include "drivers/page/beta_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

std::string beta_text(double beta) {
  return fmt::format("{:.6g}", beta);
}

void add_rung(const Compared& number, const CurvePoint& at, BetaCurve& found) {
  if (std::isfinite(number.value))
    found.curve.points.push_back({at.x, number.value, number.error, at.exact});
}

}  // namespace

std::string BetaCurve::note() const {
  if (refused.empty()) return "";
  return fmt::format("Refused, and left out: {} = {}.", axis, list_words(refused));
}

std::vector<std::string> ladder_observables(const LadderReport& ladder) {
  std::vector<std::string> names;
  for (const ReportLine& line : ladder.rungs.front().lines) names.push_back(line.name);
  return names;
}

BetaCurve ladder_curve(const Report& report, const std::string& observable) {
  BetaCurve found;
  for (const RungReport& rung : report.ladder->rungs) {
    const ReportLine* line = line_named(rung.lines, observable);
    if (line == nullptr) continue;
    if (is_refused(report.findings, {observable, beta_in_findings(*report.ladder, rung)}))
      found.refused.push_back(beta_text(rung.beta));
    else
      found.curve.points.push_back(
          {rung.beta, line->summary.mean, line->summary.error, line->exact});
  }
  return found;
}

BetaCurve ladder_lnZ_curve(const Report& report) {
  BetaCurve found;
  if (!report.ladder->has_lnZ || is_refused(report.findings, {kLadderLnZ})) return found;
  for (const RungReport& rung : report.ladder->rungs)
    add_rung(std::isfinite(rung.lnZ_mbar.value) ? rung.lnZ_mbar : rung.lnZ_integrated,
             {rung.beta, 0, 0, rung.lnZ_exact}, found);
  return found;
}

BetaCurve anneal_curve(const AnnealReport& report, const std::string& observable) {
  BetaCurve found;
  if (report.is_path) found.axis = "λ";
  const auto place = std::ranges::find(report.observables, observable) - report.observables.begin();
  const auto i = static_cast<std::size_t>(place);
  for (Index step = 0; step < std::ssize(report.steps); ++step) {
    if (!is_shown(step, std::ssize(report.steps))) continue;
    const AnnealStep& at = report.steps[static_cast<std::size_t>(step)];
    const bool is_lnZ = observable == "lnZ";
    if (is_refused(report.findings, {observable, at.beta}))
      found.refused.push_back(beta_text(at.beta));
    else
      add_rung(is_lnZ ? at.lnZ : at.observables[i],
               {at.beta, 0, 0, is_lnZ ? at.lnZ_exact : at.exact[i]}, found);
  }
  return found;
}

}  // namespace nmc::drivers::page
