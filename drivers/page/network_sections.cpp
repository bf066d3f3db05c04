#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/figures/xml.hpp"
#include "drivers/format.hpp"
#include "drivers/page/run_sections.hpp"
#include "drivers/page/words.hpp"

namespace nmc::drivers::page {
namespace {

using figures::Figure;
using figures::kReference;
using figures::Mark;
using figures::number_text;

/// A distribution over bins of one width.
struct Histogram {
  std::vector<double> edges, density;
};

Histogram histogram_of(const Eigen::Ref<const Column>& values, const figures::Span& span,
                       Index bins) {
  Histogram found;
  const double width = (span.high - span.low) / static_cast<double>(bins);
  for (Index bin = 0; bin <= bins; ++bin)
    found.edges.push_back(span.low + width * static_cast<double>(bin));
  found.density.assign(static_cast<std::size_t>(bins), 0);
  const double each = 1 / (static_cast<double>(values.size()) * width);
  for (const double value : values) {
    const double place = (value - span.low) / width;
    if (!(place >= 0 && place <= static_cast<double>(bins))) continue;
    found.density[static_cast<std::size_t>(std::min(static_cast<Index>(place), bins - 1))] += each;
  }
  return found;
}

// From what all but one in a thousand lie above, so that a few tiny weights do not hide the rest.
figures::Span weights_span(const Column& of_q, const Column& of_p) {
  double low = statistics::quantile(of_q.matrix().array(), 0.001), high = of_q.maxCoeff();
  if (of_p.size() > 0) {
    low = std::min(low, statistics::quantile(of_p.matrix().array(), 0.001));
    high = std::max(high, of_p.maxCoeff());
  }
  return high > low ? figures::Span{low, high} : figures::Span{low - 0.5, low + 0.5};
}

Column finite_of(const Eigen::Ref<const Column>& values, double shift) {
  Column some(values.size());
  Index count = 0;
  for (const double value : values)
    if (std::isfinite(value)) some[count++] = value - shift;
  return some.head(count);
}

Figure weights_figure(const PageRun& of) {
  Figure figure;
  const double mean = of.report.network->weights.mean_log;
  const Column of_q = finite_of(of.run.log_weight, mean);
  if (of_q.size() < 2) return figure;
  const Column forward = of.run.forward_log_weight.reshaped();
  const Column of_p = finite_of(forward, mean);
  const figures::Span span = weights_span(of_q, of_p);
  const Index bins = std::clamp<Index>(of_q.size() / 40, 10, 50);
  figure.title = "Importance weights";
  figure.x.label = "ln w − ⟨ln w⟩";
  figure.y.label = "density";
  const Histogram q = histogram_of(of_q, span, bins);
  figure.series.push_back({"draws of the network", Mark::bars, q.edges, q.density, {}, 0});
  if (of_p.size() > 0) {
    const Histogram p = histogram_of(of_p, span, bins);
    figure.series.push_back({of.run.forward_sampler, Mark::step, p.edges, p.density, {}, 1});
  }
  figure.description = fmt::format(
      "ln w = ln p − ln q of {} fresh draws of the network about its mean, from {} to {}; standard "
      "deviation {}.",
      of_q.size(), number_text(of_q.minCoeff()), number_text(of_q.maxCoeff()),
      number_text(std::sqrt(statistics::sample_variance(of_q)), 3));
  if (of_p.size() > 0)
    figure.description += fmt::format(
        " Dashed: {} configurations of {}; to the right of all draws of the network lies what it "
        "misses.",
        of_p.size(), of.run.forward_sampler);
  return figure;
}

void add_row(Table& table, const std::string& name, const std::string& value) {
  if (value != "-") table.rows.push_back({name, value});
}

Table network_table(const PageRun& of) {
  const NetworkReport& network = *of.report.network;
  const statistics::WeightSummary& w = network.weights;
  const bool is_hidden = is_refused(of.report.findings, {"lnZ"});
  Table table{"What fresh draws say about the network", {}, {}};
  add_row(table, "lnZ by importance",
          is_hidden ? "refused" : with_error(w.log_mean, w.log_mean_error));
  add_row(table, "lnZ, lower bound ⟨ln w⟩ over its draws",
          with_error(w.mean_log, w.mean_log_error));
  add_row(table, "lnZ, upper bound ⟨ln w⟩ over configurations",
          with_error(network.lnZ_upper, network.lnZ_upper_error));
  add_row(table, "lnZ, exact", exact_text(network.lnZ_exact));
  if (!is_hidden) {
    const statistics::ImportanceEnergy& i = network.importance;
    add_row(table, "energy by importance", with_error(i.energy, i.energy_error));
    add_row(table, "free energy", with_error(i.free_energy, i.free_energy_error));
    add_row(table, "entropy", with_error(i.entropy, i.entropy_error));
  }
  add_row(table, "ESS of the weights, a fraction", number_or_dash(w.ess_fraction, "{:.3g}"));
  if (network.forward)
    add_row(table, "the same seen from configurations of " + network.forward->sampler,
            number_or_dash(network.forward->weights.ess_fraction, "{:.3g}"));
  add_row(table, "acceptance of the independent sampler",
          number_or_dash(network.acceptance, "{:.3g}"));
  add_row(table, "largest weight over the mean", number_or_dash(w.w_max_over_mean, "{:.3g}"));
  add_row(table, "Pareto k of the weights", number_or_dash(network.pareto_k, "{:.2f}"));
  return table;
}

/// The estimates of lnZ from below to above, one over the other.
Figure bounds_figure(const PageRun& of) {
  const NetworkReport& network = *of.report.network;
  const statistics::WeightSummary& w = network.weights;
  Figure figure{"Estimates of lnZ", "", {"lower bound, importance, upper bound"}, {"lnZ"}, {}};
  figure.x.range = figures::Span{0.5, 3.5};
  const auto add = [&](const char* name, double x, const Compared& value, int look) {
    if (!std::isfinite(value.value)) return;
    figure.series.push_back({name, Mark::points, {x}, {value.value}, {value.error}, look});
    figure.description += fmt::format("{}: {}. ", name, value_words(value.value, value.error));
  };
  add("lower bound", 1, {w.mean_log, w.mean_log_error}, 2);
  if (!is_refused(of.report.findings, {"lnZ"}))
    add("importance", 2, {w.log_mean, w.log_mean_error}, 0);
  add("upper bound", 3, {network.lnZ_upper, network.lnZ_upper_error}, 4);
  if (network.lnZ_exact) {
    figure.series.push_back({"exact", Mark::level, {}, {*network.lnZ_exact}, {}, kReference});
    figure.description += fmt::format("exact: {}.", number_text(*network.lnZ_exact, 9));
  }
  return figure;
}

}  // namespace

Section network_section(const PageRun& of) {
  Section section("network", "Network");
  if (!of.report.network) return section;
  section.table(network_table(of));
  section.figure(weights_figure(of));
  section.figure(bounds_figure(of));
  return section;
}

}  // namespace nmc::drivers::page
