#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "core/statistics/significance.hpp"
#include "drivers/format.hpp"
#include "drivers/report/exact_values.hpp"
#include "drivers/report/judge_lines.hpp"
#include "drivers/reweight/weighted_curves.hpp"

namespace nmc::drivers {
namespace {

using CurveSupport = statistics::Support;

// Below this many independent draws in a block it shares its deviation with its neighbours.
constexpr double kLeastBlock = 5;

// Sums over many levels are right to so many parts of themselves.
constexpr double kRoundingOfSums = 16 * std::numeric_limits<double>::epsilon();

// An error below what rounding leaves would make physics of it.
void widen(statistics::ReweightedValue& number, double rounding) {
  if (number.error > 0 && number.error < rounding) number.error = rounding;
}

}  // namespace

WeightedPoint WeightedCurves::at(double beta, double exact_seconds) const {
  const statistics::Reweighting& weights = part(beta);
  WeightedPoint point{beta, 0, weights.support(beta), {}, {}};
  point.nearest = weights.beta()(point.support.nearest);
  if (point.support.is_enough()) add_lines(weights, point, exact_seconds);
  judge(point);
  return point;
}

void WeightedCurves::add_lines(const statistics::Reweighting& weights, WeightedPoint& point,
                               double exact_seconds) const {
  const auto here = sampled_.system->at_beta(point.beta);
  const statistics::Reweighted found = weights.at(point.beta);
  std::optional<Exact> exact;
  ExactEffort effort = effort_for(columns_);
  effort.cpu_seconds = exact_seconds;
  if (exact_seconds > 0 && sampled_.is_solved) exact = here->exact(effort).value;
  const auto add = [&](const std::string& name, const Column& rows) {
    point.lines.push_back({name, statistics::jackknifed(rows),
                           exact_value(exact, name, sites_of_observables(*here))});
  };
  for (Index c = 0; c + 1 < std::ssize(columns_); ++c) {
    add(columns_[static_cast<std::size_t>(c)], found.means.col(c));
    widen(point.lines.back().number, kRoundingOfSums * std::abs(found.means(0, c)));
  }
  for (const Derived& derived : here->derived)
    if (std::ranges::find(names_, derived.name) != names_.end()) {
      Column rows(found.means.rows());
      for (Index row = 0; row < rows.size(); ++row)
        rows(row) = derived_value(derived, found.means.row(row).transpose());
      add(derived.name, rows);
      widen(point.lines.back().number, rounding_of(derived, found.means.row(0).transpose()));
    }
  add(kLnZDifference, found.lnZ);
  if (exact) {
    effort.moments = Moments::none;
    const auto near = sampled_.system->at_beta(point.nearest)->exact(effort).value;
    if (near) point.lines.back().exact = exact->lnZ - near->lnZ;
  }
  widen(point.lines.back().number,
        kRoundingOfSums * (std::abs(found.lnZ(0)) + std::abs(exact ? exact->lnZ : 0)));
  for (WeightedLine& line : point.lines)
    if (line.exact) line.z = statistics::z_score(line.number.value, line.number.error, *line.exact);
}

double WeightedCurves::derived_value(const Derived& derived, const Column& means) const {
  std::vector<double> inputs;
  for (const std::string& input : derived.inputs)
    inputs.push_back(means(std::ranges::find(columns_, input) - columns_.begin()));
  return derived.value(inputs);
}

double WeightedCurves::rounding_of(const Derived& derived, const Column& means) const {
  const double value = derived_value(derived, means);
  double square = 0;
  for (Index i = 0; i < means.size(); ++i) {
    Column moved = means;
    moved(i) += kRoundingOfSums * means(i);
    square += std::pow(derived_value(derived, moved) - value, 2);
  }
  return std::sqrt(square);
}

void WeightedCurves::judge(WeightedPoint& point) const {
  const statistics::Reweighting& weights = part(point.beta);
  if (!point.support.is_enough()) {
    point.findings.push_back(out_of_reach(point));
    return;
  }
  if (weights.block_length() < kLeastBlock)
    point.findings.push_back(
        {Severity::warning, "blocks", kEveryObservable,
         fmt::format("errors are from {} blocks of {:.1f} independent draws, fewer than {:.0f}, "
                     "and too small: more run.draws",
                     weights.blocks(), weights.block_length(), kLeastBlock),
         weights.block_length(), kLeastBlock, point.beta});
  std::vector<ReportLine> lines;
  for (const WeightedLine& line : point.lines) {
    ReportLine shown{line.name, {}, line.exact, line.z};
    shown.summary.mean = line.number.value;
    shown.summary.error = line.number.error;
    shown.summary.ess_bulk = point.support.draws;
    lines.push_back(std::move(shown));
  }
  for (Finding& finding : judge_lines(lines, point.beta))
    point.findings.push_back(std::move(finding));
}

Finding WeightedCurves::out_of_reach(const WeightedPoint& point) const {
  Finding finding{Severity::refusal,         "reach",   kEveryObservable, "", point.support.draws,
                  CurveSupport::kLeastDraws, point.beta};
  std::vector<std::string> ranges;
  for (const Reach& reach : reach_) ranges.push_back(reach_text(reach));
  const std::string known = ranges.empty()
                                ? "They reach no beta at all: more run.draws"
                                : fmt::format("They reach beta {}; beyond, add a run near it",
                                              fmt::join(ranges, " and "));
  if (point.support.draws >= CurveSupport::kLeastDraws) {
    const CurveSupport& s = point.support;
    const std::array<std::pair<double, double>, 3> shares{
        {{s.beyond, CurveSupport::kMostBeyond},
         {s.beyond_normal, CurveSupport::kMostBeyondNormal},
         {s.outermost, CurveSupport::kMostOutermost}}};
    std::tie(finding.value, finding.limit) =
        *std::ranges::max_element(shares, {}, [](const auto& of) { return of.first / of.second; });
    finding.message = fmt::format(
        "at beta {:.6g} about {} of the weight would lie beyond "
        "the energies that were drawn, or on the last of them. {}",
        point.beta, percent_text(std::min(1.0, finding.value)), known);
  } else {
    finding.message = fmt::format(
        "at beta {:.6g} the draws are worth {:.3g} independent ones, "
        "fewer than {:.0f}. {}",
        point.beta, point.support.draws, CurveSupport::kLeastDraws, known);
  }
  return finding;
}

std::optional<statistics::BlockedCurve> WeightedCurves::curve(const std::string& name) const {
  const auto derived = std::ranges::find(sampled_.system->derived, name, &Derived::name);
  if (derived == sampled_.system->derived.end() || std::ranges::find(names_, name) == names_.end())
    return std::nullopt;
  return statistics::BlockedCurve{[this](double beta) { return part(beta).blocks(); },
                                  [this, &of = *derived](double beta, Index row) {
                                    return derived_value(of, part(beta).means(beta, row));
                                  }};
}

}  // namespace nmc::drivers
