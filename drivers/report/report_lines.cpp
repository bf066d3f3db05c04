#include "drivers/report/report_lines.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/statistics/derived.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;
using statistics::ChainSummary;

ReportLine finish(const std::string& name, const ChainSummary& summary,
                  std::optional<double> exact) {
  ReportLine line{name, summary, exact};
  if (exact) line.z = statistics::z_score(summary.mean, summary.error, *exact);
  return line;
}

/// Of cold spins a mean may be off by states that are too rare to have been drawn, and its error
/// bar knows nothing of them: z by what their number scatters by.
void count_unseen(const System& system, ReportLine& line) {
  for (const auto& [name, step] : system.largest_steps)
    if (name == line.name) line.largest_step = step;
  const ChainSummary& s = line.summary;
  if (!line.exact || !(line.largest_step > 0) || !(s.error > 0)) return;
  const auto draws = static_cast<double>(s.draws * s.chains);
  const double unseen = statistics::expected_unseen(s.mean, *line.exact, line.largest_step, draws);
  line.z = statistics::z_score(
      s.mean, statistics::error_with_unseen(s.error, unseen, line.largest_step, draws),
      *line.exact);
}

/// A column and, of a large one, what was kept of it.
struct LineInput {
  const DrawColumn& column;
  std::optional<statistics::DrawBlocks> blocks{};
};

using Inputs = std::vector<const LineInput*>;

Inputs inputs_of(const std::vector<LineInput>& all, const Derived& derived) {
  Inputs inputs;
  for (const std::string& name : derived.inputs)
    for (const LineInput& input : all)
      if (input.column.name() == name) inputs.push_back(&input);
  return inputs;
}

// The error is that of the block means, and what it is compared with the variance of single draws.
statistics::GammaResult gamma_of_blocks(const Inputs& inputs,
                                        const statistics::FunctionOfMeans& f) {
  std::vector<Chains> means, draws;
  Column all(std::ssize(inputs));
  for (const LineInput* input : inputs) {
    all(std::ssize(means)) = input->blocks->mean();
    means.push_back(input->blocks->means());
    draws.push_back(input->blocks->first_draws());
  }
  statistics::GammaResult result = statistics::gamma_method_of(means, f);
  const double variance = statistics::gamma_method_of(draws, f).variance;
  const double tau = statistics::tau_of_error(
      result.error, variance, static_cast<double>(inputs.front()->column.numbers()));
  result.tau_int_error *= tau / result.tau_int;
  result.tau_int = tau;
  if (!std::isnan(result.mean)) result.mean = f(all);
  return result;
}

ChainSummary derived_summary(const Inputs& inputs, const Derived& derived) {
  const statistics::FunctionOfMeans f = [&](const Column& means) {
    return derived.value({means.data(), static_cast<std::size_t>(means.size())});
  };
  std::vector<Chains> columns;
  const bool is_large = inputs.front()->blocks.has_value();
  if (!is_large)
    for (const LineInput* input : inputs) columns.push_back(input->column.all());
  const auto result =
      is_large ? gamma_of_blocks(inputs, f) : statistics::gamma_method_of(columns, f);
  ChainSummary summary;
  summary.mean = result.mean;
  summary.error = result.error;
  summary.tau_int = result.tau_int;
  summary.tau_int_error = result.tau_int_error;
  summary.draws = inputs.front()->column.draws();
  summary.chains = inputs.front()->column.chains();
  summary.window_found = result.window_found;
  return summary;
}

// Reads a column once; what is large keeps its blocks.
ReportLine measured_line(LineInput& input, std::optional<double> known) {
  const DrawColumn& column = input.column;
  if (column.is_large()) {
    input.blocks = column.blocks();
    ReportLine line = finish(column.name(), input.blocks->summary(), known);
    line.drift = statistics::find_drift(input.blocks->means());
    return line;
  }
  const Chains draws = column.all();
  ReportLine line = finish(column.name(), statistics::summarise(draws), known);
  line.drift = statistics::find_drift(draws);
  return line;
}

// Fewer than there are where the copies that a line makes of its columns would add up.
Threads threads_for(const std::vector<DrawColumn>& columns, const Threads& threads) {
  Index largest = 1;
  for (const DrawColumn& column : columns)
    largest = std::max(largest, std::min(column.numbers(), kMostExactNumbers));
  return Threads(
      static_cast<int>(std::clamp<Index>(kMostExactNumbers / largest, 1, threads.count())));
}

}  // namespace

std::optional<double> exact_value(const std::optional<Exact>& exact, const std::string& name,
                                  Index sites) {
  if (!exact) return std::nullopt;
  const auto n = static_cast<double>(sites);
  if (name == "energy") return exact->energy;
  if (name == "energy_per_site" && exact->energy) return *exact->energy / n;
  if (name == "heat") return exact->heat;
  if (name == "abs_m") return exact->abs_m;
  if (name == "action") return exact->action;
  if (name == "phi4") return exact->phi4;
  if (name == "m2") return exact->m2;
  if (name == "m4") return exact->m4;
  if (name == "mx") return exact->mx;
  if (name == "helicity_modulus") return exact->helicity_modulus;
  if (name == "q2") return exact->overlap_q2;
  if (name == "susceptibility" && exact->m2) return n * *exact->m2;
  if (name == "susceptibility_connected" && exact->m2 && exact->abs_m)
    return n * (*exact->m2 - *exact->abs_m * *exact->abs_m);
  if (name == "binder" && exact->m2 && exact->m4)
    return 1 - *exact->m4 / (3 * *exact->m2 * *exact->m2);
  return std::nullopt;
}

Options with_stored_graph(const Options& options, const std::string& graph) {
  if (graph.empty() || !options.has("bonds") || !options.is_given("bonds")) return options;
  const Options read = options.with("bonds", graph)
                           .without("N")
                           .without("instance")
                           .without("J")
                           .without("bonds_format");
  const bool is_transverse = options.text("name") == "tfim";  // which no graph holds
  return is_transverse ? read : read.without("h");
}

Index sites_of_observables(const System& system) {
  return system.mass > 0 ? system.target->sites() / 2 : system.target->sites();
}

std::vector<ReportLine> report_lines(const std::vector<DrawColumn>& columns, const System& system,
                                     const std::optional<Exact>& exact, const Threads& threads) {
  const Index sites = sites_of_observables(system);
  const Threads few = threads_for(columns, threads);
  std::vector<LineInput> inputs;
  for (const DrawColumn& column : columns) inputs.push_back({column});
  std::vector<std::optional<ReportLine>> found(inputs.size() + system.derived.size());
  few.for_each(std::ssize(inputs), [&](Index i) {
    const auto place = static_cast<std::size_t>(i);
    const std::string& name = columns[place].name();
    std::optional<double> known = exact_value(exact, name, sites);
    for (const auto& [identity, mean] : system.identities)
      if (identity == name) known = mean;
    found[place] = measured_line(inputs[place], known);
    count_unseen(system, *found[place]);
  });
  few.for_each(std::ssize(system.derived), [&](Index i) {
    const Derived& derived = system.derived[static_cast<std::size_t>(i)];
    const Inputs own = inputs_of(inputs, derived);
    if (own.size() < derived.inputs.size()) return;
    auto& line = found[inputs.size() + static_cast<std::size_t>(i)];
    line = finish(derived.name, derived_summary(own, derived),
                  exact_value(exact, derived.name, sites));
    line->inputs = derived.inputs;
  });
  std::vector<ReportLine> lines;
  for (std::optional<ReportLine>& line : found)
    if (line) lines.push_back(std::move(*line));
  return lines;
}

}  // namespace nmc::drivers
