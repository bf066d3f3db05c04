#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Figure;
using figures::kReference;
using figures::Mark;
using figures::Series;

std::vector<double> train_column(const archive::File& file, const std::string& name) {
  const std::string path = "/train/" + name;
  return file.has(path) ? file.read_doubles(path) : std::vector<double>{};
}

// A curve of at most some hundred points, each the mean of its neighbours.
Series smoothed(const std::vector<double>& x, const std::vector<double>& y) {
  constexpr std::size_t kMost = 300;
  Series series;
  const std::size_t step = std::max<std::size_t>(1, y.size() / kMost);
  for (std::size_t first = 0; first + step <= y.size(); first += step) {
    double sum = 0, count = 0;
    for (std::size_t i = first; i < first + step; ++i) {
      if (!std::isfinite(y[i])) continue;
      sum += y[i];
      ++count;
    }
    series.x.push_back(x[first + step / 2]);
    series.y.push_back(count > 0 ? sum / count : statistics::not_a_number);
  }
  return series;
}

// "loss" of /train, and its validation.
void add_curves(const archive::File& file, const std::string& name, int look, Figure& figure) {
  const std::vector<double> steps = train_column(file, "step"), y = train_column(file, name);
  if (!y.empty() && y.size() == steps.size()) {
    Series series = smoothed(steps, y);
    series.name = "batches, " + name;
    series.look = look;
    figure.series.push_back(std::move(series));
  }
  const std::vector<double> at = train_column(file, "validation_step");
  const std::vector<double> fresh = train_column(file, "validation_" + name);
  if (fresh.empty() || fresh.size() != at.size()) return;
  const std::vector<double> error = train_column(file, "validation_" + name + "_error");
  figure.series.push_back({"fresh draws, " + name, Mark::points, at, fresh, error, look + 1});
}

// A curve without numbers is none.
void drop_empty(Figure& figure) {
  std::erase_if(figure.series, [](const Series& series) {
    return series.mark != Mark::level &&
           std::ranges::none_of(series.y, [](double y) { return std::isfinite(y); });
  });
}

// The first steps fall from far above, and would flatten what follows.
void look_at_the_end(Figure& figure) {
  std::vector<double> late;
  for (const Series& series : figure.series) {
    const std::size_t first = series.mark == Mark::level ? 0 : series.y.size() / 10;
    for (std::size_t i = first; i < series.y.size(); ++i)
      if (std::isfinite(series.y[i])) late.push_back(series.y[i]);
  }
  if (late.empty()) return;
  figure.y.range = figures::padded(figures::span_of(late, false), false);
}

double last_finite(const std::vector<double>& values) {
  for (auto value = values.rbegin(); value != values.rend(); ++value)
    if (std::isfinite(*value)) return *value;
  return statistics::not_a_number;
}

Figure loss_figure(const PageRun& of) {
  const archive::File& file = *of.run.file;
  Figure figure{"Training: loss", "", {"step"}, {"loss, nats"}, {}};
  add_curves(file, "loss", 0, figure);
  add_curves(file, "forward_loss", 2, figure);
  drop_empty(figure);
  if (figure.series.empty()) return figure;
  const Series& first = figure.series.front();
  figure.description = fmt::format("Of {} steps: {} ends at {}", train_column(file, "step").size(),
                                   first.name, figures::number_text(last_finite(first.y), 6));
  if (of.report.network && of.report.network->lnZ_exact) {
    const double bound = -*of.report.network->lnZ_exact;
    figure.series.push_back({"−lnZ, exact", Mark::level, {}, {bound}, {}, kReference});
    figure.description +=
        fmt::format("; ⟨ln q − ln p⟩ cannot fall below −lnZ = {}", figures::number_text(bound, 9));
  }
  figure.description += ". The curve of batches is a mean over neighbouring steps.";
  look_at_the_end(figure);
  return figure;
}

Figure ess_figure(const PageRun& of) {
  const archive::File& file = *of.run.file;
  Figure figure{"Training: ESS of the weights", "", {"step"}, {"ESS, a fraction"}, {}};
  add_curves(file, "ess", 0, figure);
  drop_empty(figure);
  if (figure.series.empty()) return figure;
  figure.y.range = figures::Span{0, 1};
  figure.description = fmt::format("(Σw)²/nΣw² of batches and of fresh draws; ends at {}.",
                                   figures::number_text(last_finite(figure.series.front().y), 3));
  return figure;
}

}  // namespace

Section training_section(const PageRun& of) {
  Section section("training", "Training");
  if (!of.run.file->has("/train/step")) return section;
  section.figure(loss_figure(of));
  section.figure(ess_figure(of));
  return section;
}

}  // namespace nmc::drivers::page
