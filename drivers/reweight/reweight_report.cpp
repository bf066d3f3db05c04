#include "drivers/reweight/reweight_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace nmc::drivers {
namespace {

constexpr int kBetween = 3;     // places between two runs that nobody asked for
constexpr int kInOneReach = 5;  // on either side of a single run

void require_name(const WeightedCurves& curves, const std::string& name) {
  const std::string why = curves.why_without(name);
  require(why.empty(), fmt::format("--observable {}: {}", name, why));
  const auto& known = curves.names();
  const bool is_known = std::ranges::find(known, name) != known.end();
  require(is_known, fmt::format("--observable {}: it was not measured, nor follows from what was{} "
                                "(one of {})",
                                name, did_you_mean(name, known), fmt::join(known, ", ")));
}

// What nobody asked for is said to be left out.
void add_notes(const WeightedCurves& curves, const CurveRequest& request, CurveTable& table) {
  table.notes = curves.sampled().notes;
  if (!request.names.empty()) return;
  for (const auto& [name, why] : curves.without())
    table.notes.push_back(fmt::format("{} is left out: {}", name, why));
}

CurveTable curve_table(const WeightedCurves& curves, const CurveRequest& request) {
  CurveTable table{
      curves.sampled().title, curves.sampled().settings, request.names, {}, curves.reach(), {}, 0,
      request.in_temperature};
  for (const std::string& name : request.names) require_name(curves, name);
  if (table.names.empty()) table.names = curves.names();
  add_notes(curves, request, table);
  table.runs = curves.sampled().states.size();
  std::vector<double> betas = request.betas;
  if (betas.empty()) betas = curves.places(table.runs == 1 ? kInOneReach : kBetween);
  for (const double beta : betas) {
    WeightedPoint point = curves.at(beta);
    std::erase_if(point.findings, [&](const Finding& finding) {
      return finding.about != kEveryObservable &&
             std::ranges::find(table.names, finding.about) == table.names.end();
    });
    table.points.push_back(std::move(point));
    if (request.progress)
      request.progress(static_cast<double>(table.points.size()), static_cast<double>(betas.size()));
  }
  return table;
}

}  // namespace

ReweightReport reweight_report(const std::vector<WeightedCurves>& curves,
                               const CurveRequest& request) {
  ReweightReport report;
  for (const WeightedCurves& of : curves) report.tables.push_back(curve_table(of, request));
  report.crossings = size_crossings(curves);
  return report;
}

bool has_refusal(const ReweightReport& report) {
  return std::ranges::any_of(report.tables, [](const CurveTable& table) {
    return std::ranges::any_of(
        table.points, [](const WeightedPoint& point) { return has_refusal(point.findings); });
  });
}

}  // namespace nmc::drivers
