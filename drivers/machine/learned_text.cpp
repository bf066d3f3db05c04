#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/machine/learned_file.hpp"
#include "drivers/text_table.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {
namespace {

/// Lines of the table of a log, which may have thousands.
constexpr std::size_t kShownRows = 12;
/// Where the words of a line begin.
constexpr std::size_t kLearnedWords = 9;

std::string digits(double value, const char* none = "-") {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : none;
}

struct LogColumn {
  const char* head;
  double LearnedRow::*number;
};

std::string log_table(const Learned& learned) {
  constexpr std::array<LogColumn, 6> kColumns{{{"nll", &LearnedRow::nll},
                                               {"held out", &LearnedRow::held_out_nll},
                                               {"pseudo nll", &LearnedRow::pseudo_nll},
                                               {"reconstruction", &LearnedRow::reconstruction},
                                               {"elbo", &LearnedRow::elbo},
                                               {"mmd", &LearnedRow::mmd}}};
  std::vector<LogColumn> shown;
  for (const LogColumn& column : kColumns)
    if (std::ranges::any_of(learned.log,
                            [&](const LearnedRow& row) { return !std::isnan(row.*column.number); }))
      shown.push_back(column);
  std::vector<std::string> head{"step"};
  for (const LogColumn& column : shown) head.emplace_back(column.head);
  TextTable table(head);
  const std::size_t rows = learned.log.size();
  const std::size_t stride = (rows + kShownRows - 1) / kShownRows;
  for (std::size_t i = 0; i < rows; ++i) {
    if (i + 1 != rows && i % stride != 0) continue;
    const LearnedRow& row = learned.log[i];
    std::vector<std::string> cells{number_or_dash(row.step, "{:.0f}")};
    for (const LogColumn& column : shown) cells.push_back(digits(row.*column.number));
    table.add(std::move(cells));
  }
  return table.text();
}

/// Of what has no lnZ: its numbers, one a line.
std::string numbers_text(const Learned& learned) {
  TextTable table({"number", "value", "of"});
  for (const LearnedNumber& number : learned.numbers)
    table.add({number.name,
               number.error > 0 && std::isfinite(number.value)
                   ? with_error(number.value, number.error)
                   : digits(number.value),
               number.words});
  return table.text();
}

std::string log_z_text(const Learned& learned) {
  if (std::isnan(learned.lnZ)) return fmt::format("lnZ      none: {}\n", learned.lnZ_by);
  if (learned.lnZ_error == 0)
    return fmt::format("lnZ      {:.10g}, {}\n", learned.lnZ, learned.lnZ_by);
  std::string text = fmt::format("lnZ      {} forward, {}\n",
                                 with_error(learned.lnZ, learned.lnZ_error), learned.lnZ_by);
  if (!std::isnan(learned.lnZ_backward))
    text += fmt::format("         {} backward, from the data\n",
                        with_error(learned.lnZ_backward, learned.lnZ_backward_error));
  return text;
}

}  // namespace

std::vector<std::string> learned_warnings(const Learned& learned) {
  struct Course {
    const char* name;
    double LearnedRow::*number;
    double up;  ///< 1 where more is worse
  };
  constexpr std::array<Course, 4> kCourses{{{"nll", &LearnedRow::nll, 1},
                                            {"pseudo nll", &LearnedRow::pseudo_nll, 1},
                                            {"bound", &LearnedRow::elbo, -1},
                                            {"mmd", &LearnedRow::mmd, 1}}};
  for (const Course& course : kCourses) {
    if (learned.log.size() < 2) continue;
    const double first = learned.log.front().*course.number;
    const double last = learned.log.back().*course.number;
    if (std::isnan(first) || course.up * last <= course.up * first) continue;
    return {
        fmt::format("the {} was {} before the first step and is {} after the last: the "
                    "training has diverged; a smaller learning_rate keeps its steps short",
                    course.name, digits(first), digits(last, "not finite"))};
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> learned_findings(const Learned& learned) {
  std::vector<std::pair<std::string, std::string>> findings;
  if (is_refused(learned))
    findings.emplace_back("refused",
                          "lnZ, nll: the two directions of annealed importance sampling disagree "
                          "by more than 3 errors, so that neither error bar can be believed");
  for (std::string& warning : learned_warnings(learned))
    findings.emplace_back("warning", std::move(warning));
  return findings;
}

bool is_refused(const Learned& learned) {
  if (learned.lnZ_error == 0 || std::isnan(learned.lnZ_backward)) return false;
  constexpr double kErrors = 3;
  return std::abs(learned.lnZ - learned.lnZ_backward) >
         kErrors * std::hypot(learned.lnZ_error, learned.lnZ_backward_error);
}

namespace {

/// lnZ, and nll with it.
std::string likelihood_text(const Learned& learned) {
  std::string text = log_z_text(learned);
  if (is_refused(learned))
    return text +
           "refused  the two directions disagree by more than 3 errors, so that neither\n"
           "         error bar can be believed: more ais_temperatures, or a machine that\n"
           "         fits its data better\n";
  if (std::isnan(learned.lnZ) || std::isnan(learned.nll)) return text;
  const bool is_exact = learned.lnZ_error == 0;
  text += fmt::format("nll      {} nats per row; the entropy of the rows is {}\n",
                      is_exact ? digits(learned.nll) : with_error(learned.nll, learned.lnZ_error),
                      digits(learned.entropy));
  if (!std::isnan(learned.held_out_nll))
    text += fmt::format("         {} of the rows held out\n",
                        is_exact ? digits(learned.held_out_nll)
                                 : with_error(learned.held_out_nll, learned.lnZ_error));
  return text;
}

}  // namespace

std::string learned_text(const Learned& learned) {
  const bool has_z = learned.numbers.empty() || !std::isnan(learned.lnZ);
  std::string text =
      fmt::format("{}\n{}\n{} CPU s\n\n{}\n{}", learned.summary, learned.method,
                  number_or_dash(learned.cpu_seconds, "{:.3g}"), log_table(learned),
                  learned.numbers.empty() ? "" : numbers_text(learned) + (has_z ? "\n" : ""));
  if (has_z) text += likelihood_text(learned);
  for (const std::string& warning : learned_warnings(learned))
    text += fmt::format("warning  {}\n", wrapped(warning, kLearnedWords, kLearnedWords));
  return text;
}

std::string learned_json(const Learned& learned) {
  const bool hides = is_refused(learned);
  const double none = std::nan("");
  JsonLine head;
  head.add("name", "machine")
      .add("summary", learned.summary)
      .add("method", learned.method)
      .add("lnZ", hides ? none : learned.lnZ)
      .add("lnZ_error", hides ? none : learned.lnZ_error)
      .add("lnZ_backward", hides ? none : learned.lnZ_backward)
      .add("lnZ_backward_error", hides ? none : learned.lnZ_backward_error)
      .add("lnZ_by", learned.lnZ_by)
      .add("nll", hides ? none : learned.nll)
      .add("held_out_nll", hides ? none : learned.held_out_nll)
      .add("entropy", learned.entropy)
      .add("cpu_seconds", learned.cpu_seconds)
      .add("warnings", learned_warnings(learned))
      .add("refused", hides ? std::vector<std::string>{"lnZ", "nll"} : std::vector<std::string>{});
  std::string text = head.text() + "\n";
  for (const LearnedNumber& number : learned.numbers) {
    JsonLine line;
    line.add("name", number.name)
        .add("value", number.value)
        .add("error", number.error)
        .add("of", number.words);
    text += line.text() + "\n";
  }
  for (const LearnedRow& row : learned.log) {
    JsonLine line;
    line.add("name", "learn")
        .add("step", row.step)
        .add("nll", row.nll)
        .add("held_out_nll", row.held_out_nll)
        .add("pseudo_nll", row.pseudo_nll)
        .add("reconstruction", row.reconstruction)
        .add("learning_rate", row.learning_rate)
        .add("elbo", row.elbo)
        .add("mmd", row.mmd);
    text += line.text() + "\n";
  }
  return text;
}

}  // namespace nmc::drivers
