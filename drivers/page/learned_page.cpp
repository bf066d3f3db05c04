#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "drivers/format.hpp"
#include "drivers/page/document.hpp"
#include "drivers/page/pages.hpp"

namespace nmc::drivers::page {
namespace {

Table machine_numbers(const Learned& learned) {
  Table table{"", {"", "", ""}, {}};
  const auto add = [&](const std::string& name, double value, double error,
                       const std::string& words) {
    if (std::isnan(value)) return;
    const bool has_error = error > 0 && std::isfinite(value);
    table.rows.push_back(
        {name, has_error ? with_error(value, error) : number_or_dash(value, "{:.8g}"), words});
  };
  if (!is_refused(learned)) {
    add("nll", learned.nll, learned.lnZ_error, "nats per row");
    add("nll held out", learned.held_out_nll, learned.lnZ_error, "of the rows held out");
    add("lnZ", learned.lnZ, learned.lnZ_error, learned.lnZ_by);
    add("lnZ backward", learned.lnZ_backward, learned.lnZ_backward_error, "from the data");
  }
  add("entropy", learned.entropy, 0, "of the rows, below which no nll is");
  for (const LearnedNumber& number : learned.numbers)
    add(number.name, number.value, number.error, number.words);
  add("CPU seconds", learned.cpu_seconds, 0, "of the training");
  return table;
}

struct CourseFigure {
  const char* title;
  const char* unit;
  struct Course {
    const char* name;
    double LearnedRow::*number;
  };
  std::vector<Course> courses;
  bool has_entropy = false;
};

/// Adds a curve of the log where something of it was computed.
void add_course(const Learned& learned, const CourseFigure::Course& of, figures::Figure& figure) {
  const int look = static_cast<int>(figure.series.size());
  figures::Series course{of.name, figures::Mark::both, {}, {}, {}, look};
  for (const LearnedRow& row : learned.log) {
    course.x.push_back(row.step);
    course.y.push_back(row.*of.number);
  }
  if (std::ranges::none_of(course.y, [](double y) { return std::isfinite(y); })) return;
  figure.description += fmt::format("{}{} ends at {:.6g}", figure.description.empty() ? "" : "; ",
                                    of.name, course.y.back());
  figure.series.push_back(std::move(course));
}

Section training_course(const Learned& learned) {
  const std::vector<CourseFigure> figures{
      {"Likelihood",
       "nll, nats per row",
       {{"nll", &LearnedRow::nll}, {"nll held out", &LearnedRow::held_out_nll}},
       true},
      {"Pseudo-likelihood", "−Σ ln p(v | others), nats", {{"pseudo nll", &LearnedRow::pseudo_nll}}},
      {"Reconstruction", "mean square", {{"reconstruction", &LearnedRow::reconstruction}}},
      {"Bound", "elbo, nats", {{"elbo", &LearnedRow::elbo}}},
      {"Discrepancy", "MMD squared", {{"mmd", &LearnedRow::mmd}}}};
  Section section("training", "Training");
  for (const CourseFigure& of : figures) {
    figures::Figure figure{of.title, "", {"step"}, {of.unit}, {}};
    for (const auto& course : of.courses) add_course(learned, course, figure);
    if (figure.series.empty()) continue;
    if (of.has_entropy && std::isfinite(learned.entropy))
      figure.series.push_back({"entropy of the rows",
                               figures::Mark::level,
                               {},
                               {learned.entropy},
                               {},
                               figures::kReference});
    figure.description += ".";
    section.figure(figure);
  }
  return section;
}

}  // namespace

std::string learned_page(const Learned& learned) {
  Document page(learned.summary, learned.method);
  Section verdict("verdict", "Verdict");
  verdict.sentences(learned_findings(learned));
  page.add(verdict);
  Section numbers("numbers", "Numbers");
  numbers.table(machine_numbers(learned));
  page.add(numbers);
  page.add(training_course(learned));
  Section text("report", "Report");
  text.folded("the report as text", learned_text(learned));
  page.add(text);
  return page.html();
}

}  // namespace nmc::drivers::page
