#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/rg/rg_report.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers::rg {
namespace {

using statistics::Estimate;

std::string in_words(const Estimate& e) {
  return std::isfinite(e.value) ? with_error(e.value, e.error) : "-";
}

/// A row for each operator, a column for each level.
template <class Part>
std::string operator_table(const Report& report, const Part& part) {
  std::vector<std::string> head{"L ="};
  for (const RgLevel& level : report.levels) head.push_back(fmt::format("{}", level.L));
  TextTable table(head);
  for (std::size_t o = 0; o < report.operators.size(); ++o) {
    std::vector<std::string> row{report.operators[o]};
    for (const RgLevel& level : report.levels) row.push_back(in_words(part(level)[o]));
    table.add(row);
  }
  return table.text();
}

std::string exponents_text(const Report& report) {
  TextTable table({"step", "operators", "y_t", "odd operators", "y_h"});
  for (const RgStep& step : report.steps)
    for (std::size_t n = 0; n < step.even.size(); ++n) {
      const bool has_odd = n < step.odd.size();
      table.add({n == 0 ? fmt::format("{} -> {}", step.from, step.to) : "",
                 fmt::format("{}", step.even[n].operators), in_words(step.even[n].y),
                 has_odd ? fmt::format("{}", step.odd[n].operators) : "",
                 has_odd ? in_words(step.odd[n].y) : ""});
    }
  return table.text();
}

void add(JsonLine& json, const std::string& name, const Estimate& estimate) {
  json.add(name, estimate.value).add(name + "_error", estimate.error);
}

std::string exponent_lines(const RgStep& step, const std::string& name,
                           const std::vector<ScalingExponent>& exponents) {
  std::string text;
  for (const ScalingExponent& one : exponents) {
    JsonLine json;
    json.add("name", name)
        .add("from", static_cast<std::int64_t>(step.from))
        .add("to", static_cast<std::int64_t>(step.to))
        .add("operators", static_cast<std::int64_t>(one.operators));
    add(json, "value", one.y);
    text += json.text() + "\n";
  }
  return text;
}

}  // namespace

std::string report_text(const Report& report) {
  const RgComponents& of = report.components;
  std::string text = fmt::format(
      "{}\n{} of 2x2 blocks; {} draws of {} chains by {}, {:.3g} CPU s\n\n", report.title,
      report.request.rule == BlockRule::majority ? "majority" : "decimation", report.draws,
      report.chains, report.sampler, report.cpu_seconds);
  text += "Correlations <s s'> at these distances, and of four spins\n" +
          operator_table(report, [](const RgLevel& level) { return level.correlations; });
  text += "\nCouplings of the same, by pseudo-likelihood (no others are allowed for)\n" +
          operator_table(report, [](const RgLevel& level) { return level.couplings; });
  text += "\nExponents of the linearised step (Swendsen), with the first so many operators\n" +
          exponents_text(report);
  return text + fmt::format(
                    "\nPrincipal components of {} configurations: shares {:.4f} {:.4f} "
                    "{:.4f}\n<m2> of the same {:.4f}, overlap of the first with the "
                    "uniform one {:.4f}\n",
                    of.draws, of.fraction[0], of.fraction[1], of.fraction[2], of.m2, of.uniform);
}

std::string report_json(const Report& report) {
  std::string text;
  for (const RgLevel& level : report.levels) {
    JsonLine json;
    json.add("name", "level").add("L", static_cast<std::int64_t>(level.L));
    for (std::size_t o = 0; o < report.operators.size(); ++o) {
      add(json, "correlation " + report.operators[o], level.correlations[o]);
      add(json, "coupling " + report.operators[o], level.couplings[o]);
    }
    text += json.text() + "\n";
  }
  for (const RgStep& step : report.steps)
    text += exponent_lines(step, "y_t", step.even) + exponent_lines(step, "y_h", step.odd);
  JsonLine json;
  json.add("name", "principal")
      .add("fraction", report.components.fraction[0])
      .add("second", report.components.fraction[1])
      .add("third", report.components.fraction[2])
      .add("m2", report.components.m2)
      .add("uniform", report.components.uniform)
      .add("draws", static_cast<std::int64_t>(report.components.draws))
      .add("cpu_seconds", report.cpu_seconds);
  return text + json.text() + "\n";
}

}  // namespace nmc::drivers::rg
