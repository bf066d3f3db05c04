#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "drivers/format.hpp"
#include "drivers/reweight/reweight_report.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

const WeightedLine* line_of(const WeightedPoint& point, const std::string& name) {
  const auto found = std::ranges::find(point.lines, name, &WeightedLine::name);
  return found == point.lines.end() ? nullptr : &*found;
}

std::string value_of(const WeightedPoint& point, const std::string& name) {
  const WeightedLine* line = line_of(point, name);
  if (line == nullptr || is_refused(point.findings, {name, point.beta})) return "refused";
  return std::isfinite(line->number.value) ? with_error(line->number.value, line->number.error)
                                           : "-";
}

std::string worst_z(const WeightedPoint& point, const std::vector<std::string>& names) {
  double worst = statistics::not_a_number;
  for (const std::string& name : names)
    if (const WeightedLine* line = line_of(point, name))
      if (!(std::abs(line->z) <= std::abs(worst))) worst = std::isnan(line->z) ? worst : line->z;
  return number_or_dash(worst, "{:+.2f}");
}

/// Consecutive names from `first` on, as columns.
std::string columns_of(const CurveTable& table, std::size_t first, std::size_t count) {
  const auto begin = table.names.begin() + static_cast<std::ptrdiff_t>(first);
  const std::vector<std::string> names(begin, begin + static_cast<std::ptrdiff_t>(count));
  const bool has_lnZ = std::ranges::find(names, kLnZDifference) != names.end();
  std::vector<std::string> head{"beta", "draws"};
  if (table.in_temperature) head.insert(head.begin(), "T");
  head.insert(head.end(), names.begin(), names.end());
  if (has_lnZ) head.emplace_back("nearest");
  head.emplace_back("z");
  TextTable text(head);
  for (const WeightedPoint& point : table.points) {
    std::vector<std::string> row{fmt::format("{:.6g}", point.beta),
                                 short_count(point.support.draws)};
    if (table.in_temperature) row.insert(row.begin(), fmt::format("{:.6g}", 1 / point.beta));
    for (const std::string& name : names) row.push_back(value_of(point, name));
    if (has_lnZ) row.push_back(fmt::format("{:.6g}", point.nearest));
    row.push_back(worst_z(point, names));
    text.add(row);
  }
  return text.text();
}

// As many tables as it takes.
std::string tables_of(const CurveTable& table, std::size_t columns) {
  std::string text;
  for (std::size_t first = 0; first < table.names.size();) {
    std::size_t count = 1;
    std::string shown = columns_of(table, first, count);
    while (first + count < table.names.size()) {
      std::string wider = columns_of(table, first, count + 1);
      if (wider.find('\n') > columns) break;
      shown = std::move(wider);
      ++count;
    }
    text += shown + "\n";
    first += count;
  }
  return text;
}

std::string reach_words(const CurveTable& table) {
  const std::string head =
      table.runs == 1 ? "one temperature; its draws"
                      : fmt::format("{} temperatures together (MBAR); their draws", table.runs);
  std::vector<std::string> ranges;
  for (const Reach& reach : table.reach) ranges.push_back(reach_text(reach));
  return ranges.empty() ? head + " reach no beta"
                        : fmt::format("{} reach beta {}", head, fmt::join(ranges, " and "));
}

Findings findings_of(const CurveTable& table) {
  Findings all;
  for (const WeightedPoint& point : table.points)
    std::ranges::copy(point.findings, std::back_inserter(all));
  return all;
}

}  // namespace

std::string reweight_text(const ReweightReport& report, std::size_t columns) {
  std::string text;
  for (const CurveTable& table : report.tables) {
    text += fmt::format("{}\n{}\n\n", table.title, reach_words(table));
    text += tables_of(table, columns);
    text += findings_text(findings_of(table));
    for (const std::string& note : table.notes) text += fmt::format("note: {}\n", note);
    text += "\n";
  }
  text += crossings_text(report.crossings);
  text += "draws: independent ones that carry as much; z: the worst beside exact values\n";
  const bool has_lnZ = std::ranges::any_of(report.tables, [](const CurveTable& table) {
    return std::ranges::find(table.names, kLnZDifference) != table.names.end();
  });
  if (has_lnZ)
    text += "lnZ_difference: ln Z(beta) - ln Z of the nearest temperature that was sampled\n";
  return text;
}

}  // namespace nmc::drivers
