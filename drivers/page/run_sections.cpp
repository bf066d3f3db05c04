#include "drivers/page/run_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "drivers/format.hpp"
#include "drivers/page/words.hpp"
#include "drivers/report/column_numbers.hpp"
#include "drivers/report/judge_lines.hpp"
#include "drivers/report/observable_rows.hpp"

namespace nmc::drivers::page {
namespace {

// Observables of which a page shows the draws; more of them would make it long, not clear.
constexpr Index kMostShown = 40;

// "refused: …", line by line, as pairs of the word and the rest.
std::vector<std::pair<std::string, std::string>> sentences_of(const Findings& findings) {
  std::vector<std::pair<std::string, std::string>> list;
  std::istringstream lines(findings_text(findings));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    list.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return list;
}

void add_column(const DrawColumn& column, const PageRun& of, const Detail& detail,
                Section& section) {
  const ReportLine* line = line_named(of.report.lines, column.name());
  if (line == nullptr || !is_finite(column)) return;
  const SampledColumn sampled = sample_column(column);
  section.figure(trace_figure(sampled, detail));
  if (!is_refused(of.report.findings, {column.name()}) && detail.is_full)
    section.figure(running_mean_figure(sampled, *line));
  section.figure(correlation_figure(sampled));
  if (detail.is_full) section.figure(rank_figure(sampled, *line, detail));
}

Table reduced_table(const Report& report) {
  Table table{"Reduced by control variates: means of less variance",
              {"observable", "mean", "variance", "exact", "z"},
              {}};
  for (const ReportLine& line : report.lines) {
    if (const ReducedMean* reduced = shown_reduced(line, report.findings))
      table.rows.push_back({line.name, with_error(reduced->mean, reduced->error),
                            fmt::format("÷ {:.3g}", reduced->variance_ratio),
                            exact_text(line.exact), number_or_dash(reduced->z, "{:+.2f}")});
  }
  return table;
}

// In the order of the table.
std::vector<const DrawColumn*> ordered_columns(const PageRun& of) {
  std::vector<const DrawColumn*> columns;
  for (const ReportLine& line : of.report.lines)
    if (const DrawColumn* column = of.run.observable(line.name)) columns.push_back(column);
  return columns;
}

}  // namespace

Section verdict_section(const Findings& findings, const std::string& note) {
  const bool is_bad = has_refusal(findings);
  const char* const words = is_bad              ? "Some results are refused"
                            : !findings.empty() ? "Results stand, with warnings"
                                                : "Nothing speaks against these results";
  Section section("verdict", words);
  section.set_kind(is_bad ? "verdict refused" : !findings.empty() ? "verdict warned" : "verdict");
  section.paragraph(note);
  if (is_bad)
    section.paragraph(
        "A number that must not be believed is not shown; \"refused\" stands in its place.");
  if (findings.empty())
    section.paragraph(
        "No check refused a number or warns of one: chains that disagree, drift, weights that "
        "carry too little, exact values and bounds.");
  section.sentences(sentences_of(findings));
  return section;
}

Section observables_section(const Report& report) {
  Section section("observables", "Observables");
  if (report.lines.empty()) return section;
  std::vector<std::vector<std::string>> rows = observable_rows(report);
  Table table{
      "Mean with the error of its last digits, tau in draws (1/2 for independent ones; +: "
      "a lower bound), CPU seconds per effective draw",
      rows.front(),
      {rows.begin() + 1, rows.end()}};
  section.table(table);
  section.table(reduced_table(report));
  section.paragraph(fmt::format("Exact values: {}.", report.exact_method));
  return section;
}

Section draws_section(const PageRun& of) {
  Section section("draws", "Draws");
  const std::vector<const DrawColumn*> columns = ordered_columns(of);
  Index shown = 0;
  std::vector<std::string> left_out;
  for (const DrawColumn* column : columns) {
    if (++shown > kMostShown) {
      left_out.push_back(column->name());
      continue;
    }
    section.heading(column->name());
    if (is_refused(of.report.findings, {column->name()}))
      section.paragraph("Refused: the running mean is not shown.");
    add_column(*column, of, {}, section);
  }
  if (!left_out.empty())
    section.paragraph(fmt::format("Not drawn, to keep the page small: {}.", list_words(left_out)));
  return section;
}

void add_draws(const PageRun& of, Index most, const Detail& detail, Section& section) {
  for (const DrawColumn* column : ordered_columns(of))
    if (most-- > 0) add_column(*column, of, detail, section);
}

}  // namespace nmc::drivers::page
