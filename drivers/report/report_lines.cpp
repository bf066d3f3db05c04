#include "drivers/report/report_lines.hpp"

#include <algorithm>

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

std::optional<ChainSummary> derived_summary(const std::vector<MeasuredColumn>& columns,
                                            const Derived& derived) {
  std::vector<Chains> inputs;
  for (const std::string& name : derived.inputs) {
    const auto column = std::ranges::find(columns, name, &MeasuredColumn::name);
    if (column == columns.end()) return std::nullopt;
    inputs.push_back(column->values);
  }
  const auto result = statistics::gamma_method_of(inputs, [&](const Column& means) {
    return derived.value({means.data(), static_cast<std::size_t>(means.size())});
  });
  ChainSummary summary;
  summary.mean = result.mean;
  summary.error = result.error;
  summary.tau_int = result.tau_int;
  summary.tau_int_error = result.tau_int_error;
  summary.draws = inputs.front().rows();
  summary.chains = inputs.front().cols();
  summary.window_found = result.window_found;
  return summary;
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
  return options.with("bonds", graph)
      .without("N")
      .without("instance")
      .without("J")
      .without("h")
      .without("bonds_format");
}

std::vector<ReportLine> report_lines(const std::vector<MeasuredColumn>& columns,
                                     const System& system, const std::optional<Exact>& exact,
                                     const Threads& threads) {
  const Index sites = system.target->sites();
  const Index own = std::ssize(columns), all = own + std::ssize(system.derived);
  std::vector<std::optional<ReportLine>> found(static_cast<std::size_t>(all));
  threads.for_each(all, [&](Index i) {
    const auto place = static_cast<std::size_t>(i);
    if (i < own) {
      const auto& [name, values] = columns[place];
      std::optional<double> known = exact_value(exact, name, sites);
      for (const auto& [identity, mean] : system.identities)
        if (identity == name) known = mean;
      found[place] = finish(name, statistics::summarise(values), known);
      found[place]->drift = statistics::find_drift(values);
      return;
    }
    const Derived& derived = system.derived[static_cast<std::size_t>(i - own)];
    if (const auto summary = derived_summary(columns, derived)) {
      found[place] = finish(derived.name, *summary, exact_value(exact, derived.name, sites));
      found[place]->inputs = derived.inputs;
    }
  });
  std::vector<ReportLine> lines;
  for (std::optional<ReportLine>& line : found)
    if (line) lines.push_back(std::move(*line));
  return lines;
}

}  // namespace nmc::drivers
