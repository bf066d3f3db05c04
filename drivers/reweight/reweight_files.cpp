#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/options/sweep_values.hpp"
#include "drivers/job/sweep_line.hpp"
#include "drivers/json_line.hpp"
#include "drivers/reweight/reweight_report.hpp"

namespace nmc::drivers {
namespace {

const WeightedLine* shown_line(const WeightedPoint& point, const std::string& name) {
  const auto found = std::ranges::find(point.lines, name, &WeightedLine::name);
  const bool is_hidden = is_refused(point.findings, {name, point.beta});
  return found == point.lines.end() || is_hidden ? nullptr : &*found;
}

void add_settings(const CurveTable& table, JsonLine& json) {
  for (const GivenOption& setting : table.settings)
    if (const auto number = number_value(setting.value))
      json.add(full_key(setting), *number);
    else
      json.add(full_key(setting), setting.value);
}

std::string line_json(const CurveTable& table, const WeightedPoint& point,
                      const std::string& name) {
  static const WeightedLine nothing{};
  const WeightedLine* shown = shown_line(point, name);
  const WeightedLine& line = shown == nullptr ? nothing : *shown;
  JsonLine json;
  json.add("name", name);
  add_settings(table, json);
  if (table.in_temperature) json.add("T", 1 / point.beta);
  json.add("beta", point.beta)
      .add("mean", line.number.value)
      .add("error", line.number.error)
      .add("exact", line.exact.value_or(statistics::not_a_number))
      .add("z", line.z)
      .add("effective_draws", point.support.draws)
      .add("nearest_beta", point.nearest);
  add_findings(point.findings, {name, point.beta}, json);
  return json.text() + "\n";
}

// JSON has no infinity.
std::string number_or_null(double number) {
  return std::isfinite(number) ? fmt::format("{}", number) : "null";
}

std::string reach_json(const CurveTable& table) {
  std::vector<std::string> ranges;
  for (const Reach& reach : table.reach)
    ranges.push_back(
        fmt::format("[{}, {}]", number_or_null(reach.low), number_or_null(reach.high)));
  JsonLine json;
  json.add("name", "reach");
  add_settings(table, json);
  json.add("system", table.title)
      .add("temperatures", static_cast<std::int64_t>(table.runs))
      .add_raw("beta", fmt::format("[{}]", fmt::join(ranges, ", ")))
      .add("notes", table.notes);
  return json.text() + "\n";
}

// A number with all its digits; nothing where there is none.
std::string cell(double number) {
  return std::isfinite(number) ? fmt::format("{}", number) : "";
}

/// All names once, in the order of the first table that has them.
std::vector<std::string> all_of(const ReweightReport& report, const auto& names_of) {
  std::vector<std::string> all;
  for (const CurveTable& table : report.tables)
    for (const std::string& name : names_of(table))
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  return all;
}

std::vector<std::string> keys_of(const CurveTable& table) {
  std::vector<std::string> keys;
  for (const GivenOption& setting : table.settings) keys.push_back(full_key(setting));
  return keys;
}

std::string setting_of(const CurveTable& table, const std::string& key) {
  const auto found = std::ranges::find(table.settings, key, full_key);
  if (found == table.settings.end()) return "";
  const bool is_plain = found->value.find_first_of(",\"\n") == std::string::npos;
  return is_plain ? found->value : json_string(found->value);
}

}  // namespace

std::string reweight_json(const ReweightReport& report) {
  std::string text;
  Findings all;
  for (const CurveTable& table : report.tables) {
    for (const WeightedPoint& point : table.points) {
      for (const std::string& name : table.names) text += line_json(table, point, name);
      std::ranges::copy(point.findings, std::back_inserter(all));
    }
    text += reach_json(table);
  }
  return text + crossings_json(report.crossings) + verdict_json(all);
}

std::string reweight_csv(const ReweightReport& report) {
  const auto keys = all_of(report, keys_of);
  const auto names = all_of(report, [](const CurveTable& table) { return table.names; });
  const bool in_temperature = std::ranges::any_of(report.tables, &CurveTable::in_temperature);
  std::vector<std::string> head = keys;
  if (in_temperature) head.emplace_back("T");
  head.insert(head.end(), {"beta", "effective_draws", "nearest_beta"});
  for (const std::string& name : names)
    head.insert(head.end(), {name, name + "_error", name + "_exact"});
  std::string text = fmt::format("{}\n", fmt::join(head, ","));
  for (const CurveTable& table : report.tables)
    for (const WeightedPoint& point : table.points) {
      std::vector<std::string> row;
      for (const std::string& key : keys) row.push_back(setting_of(table, key));
      if (in_temperature) row.push_back(cell(1 / point.beta));
      row.insert(row.end(), {cell(point.beta), cell(point.support.draws), cell(point.nearest)});
      for (const std::string& name : names) {
        const WeightedLine* line = shown_line(point, name);
        if (line == nullptr)
          row.insert(row.end(), 3, "");
        else
          row.insert(row.end(), {cell(line->number.value), cell(line->number.error),
                                 cell(line->exact.value_or(statistics::not_a_number))});
      }
      text += fmt::format("{}\n", fmt::join(row, ","));
    }
  return text;
}

}  // namespace nmc::drivers
