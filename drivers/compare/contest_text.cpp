#include <fmt/format.h>

#include <cmath>

#include "drivers/compare/contest.hpp"
#include "drivers/format.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

// A, B, C, …: names of samplers are too wide for a table.
std::string letter(std::size_t contender) {
  return std::string(1, static_cast<char>('A' + contender));
}

std::vector<std::string> row(const std::string& name, const std::vector<double>& values,
                             const char* format) {
  std::vector<std::string> words{name};
  for (const double value : values) words.push_back(number_or_dash(value, format));
  return words;
}

}  // namespace

std::string contest_text(const std::vector<Contender>& contenders, const Verdict& verdict) {
  std::string text = contenders.front().report.title + "\n\n";
  std::vector<std::string> head{"CPU s per independent value"};
  std::vector<double> training, sampling;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    text += fmt::format("{}  {}{}\n", letter(c), contenders[c].name, c == 0 ? " (the job)" : "");
    head.push_back(letter(c));
    training.push_back(contenders[c].training());
    sampling.push_back(contenders[c].sampling());
  }
  TextTable table(head);
  for (const ValueCost& cost : verdict.costs)
    table.add(row(cost.observable, cost.seconds, "{:.2g}"));
  table.add(row("the slowest of them", verdict.slowest.seconds, "{:.2g}"));
  table.add(row("CPU s of sampling", sampling, "{:.3g}"));
  table.add(row("CPU s of training", training, "{:.3g}"));
  text += "\n" + table.text() + "\n" + verdict.sentence + "\n";
  if (verdict.disagreement.sigma > 0)
    text += fmt::format("Largest difference of means: {:.1f} standard errors, {} of {} and {}.\n",
                        verdict.disagreement.sigma, verdict.disagreement.observable,
                        verdict.disagreement.first, verdict.disagreement.second);
  return text +
         "-: refused (nmc report DIR says why). An independent value is worth 2 tau draws.\n";
}

std::string contest_json(const std::vector<Contender>& contenders, const Verdict& verdict) {
  std::string text;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    JsonLine json, costs;
    for (const ValueCost& cost : verdict.costs) costs.add(cost.observable, cost.seconds[c]);
    json.add("name", contenders[c].name)
        .add("is_job", c == 0 ? 1 : 0)
        .add("train_cpu_seconds", contenders[c].training())
        .add("cpu_seconds", contenders[c].sampling())
        .add("slowest", verdict.slowest.seconds[c])
        .add_raw("cpu_seconds_per_effective_draw", costs.text());
    text += json.text() + "\n";
  }
  JsonLine json;
  json.add("name", "verdict")
      .add("best_rival",
           verdict.best_rival == 0 ? std::string() : contenders[verdict.best_rival].name)
      .add("break_even", verdict.break_even)
      .add("largest_difference", verdict.disagreement.sigma)
      .add("sentence", verdict.sentence);
  return text + json.text() + "\n";
}

figures::Figure contest_figure(const std::vector<Contender>& contenders, const Verdict& verdict) {
  constexpr int kDecades = 7, kPerDecade = 4;
  figures::Figure figure;
  figure.title = contenders.front().report.title;
  figure.description = verdict.sentence;
  figure.x = {"independent values", true};
  figure.y = {"CPU seconds, training included", true};
  int look = 0;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    const double each = verdict.slowest.seconds[c];
    if (std::isnan(each)) continue;
    figures::Series series{contenders[c].name, figures::Mark::line, {}, {}, {}, look++};
    for (int i = 0; i <= kDecades * kPerDecade; ++i) {
      const double values = std::pow(10.0, 1 + static_cast<double>(i) / kPerDecade);
      series.x.push_back(values);
      series.y.push_back(contenders[c].training() + values * each);
    }
    figure.series.push_back(series);
  }
  return figure;
}

}  // namespace nmc::drivers
