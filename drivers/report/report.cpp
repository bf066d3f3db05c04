#include "drivers/report/report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/options/job_file.hpp"
#include "core/statistics/derived.hpp"
#include "core/statistics/significance.hpp"
#include "drivers/job/job.hpp"
#include "models/training/batch_quality.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;
using statistics::ChainSummary;

std::optional<double> exact_value(const std::optional<Exact>& exact, const std::string& name,
                                  Index sites) {
  if (!exact) return std::nullopt;
  if (name == "energy") return exact->energy;
  if (name == "heat") return exact->heat;
  if (name == "abs_m") return exact->abs_m;
  if (name == "m2") return exact->m2;
  if (name == "m4") return exact->m4;
  if (name == "susceptibility" && exact->m2) return static_cast<double>(sites) * *exact->m2;
  if (name == "binder" && exact->m2 && exact->m4)
    return 1 - *exact->m4 / (3 * *exact->m2 * *exact->m2);
  return std::nullopt;
}

ReportLine finish(const std::string& name, const ChainSummary& summary,
                  std::optional<double> exact) {
  ReportLine line{name, summary, exact};
  if (exact) line.z = statistics::z_score(summary.mean, summary.error, *exact);
  return line;
}

std::optional<ChainSummary> derived_summary(const RunFile& run, const Derived& derived) {
  std::vector<Chains> inputs;
  for (const std::string& name : derived.inputs) {
    const Chains* column = run.observable(name);
    if (column == nullptr) return std::nullopt;
    inputs.push_back(*column);
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

SamplerReport sampler_report(const RunFile& run) {
  SamplerReport report;
  if (const Chains* acceptance = run.stat("acceptance_rate"))
    report.acceptance = acceptance->mean();
  if (const Chains* accepted = run.stat("accepted"))
    report.longest_rejection_run = statistics::longest_rejection_run(*accepted);
  if (const Chains* diverging = run.stat("diverging"))
    report.divergences = static_cast<Index>(std::llround(diverging->sum()));
  return report;
}

NetworkReport network_report(const RunFile& run, const std::optional<Exact>& exact) {
  NetworkReport report;
  report.weights = statistics::summarise_weights(run.log_weight);
  report.acceptance = judge(-run.log_weight, std::nullopt).acceptance;
  if (const Chains* log_weight = run.stat("log_weight")) {
    const ChainSummary upper = statistics::summarise(*log_weight);
    report.lnZ_upper = upper.mean;
    report.lnZ_upper_error = upper.error;
  }
  if (exact) report.lnZ_exact = exact->lnZ;
  return report;
}

bool rests_on_proposals(const std::vector<GivenOption>& given) {
  for (const GivenOption& option : given)
    if (option.section == "sampler" && option.key == "name")
      return catalog::find_sampler(option.value, "").rests_on_proposals;
  return false;
}

// A result holds the graph of its run, with its couplings and fields: the file that the job named
// may have changed since, or be gone, or be elsewhere seen from here.
Options with_stored_graph(const Options& options, const RunFile& run) {
  if (run.graph.empty() || !options.has("bonds") || !options.is_given("bonds")) return options;
  return options.with("bonds", run.graph)
      .with("N", "0")
      .with("instance", "0")
      .with("J", "1")
      .with("h", "0");
}

}  // namespace

Report make_report(const RunFile& run) {
  const auto given = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  const catalog::System system = entry->make(with_stored_graph(options, run));
  const ExactAnswer answer = system.exact({});
  const std::optional<Exact>& exact = answer.value;
  const Index sites = system.target->sites();

  Report report;
  report.title = fmt::format("{}: {}", system.name, system.summary);
  report.exact_method = exact ? exact->method : answer.reason;
  for (const auto& [name, values] : run.posterior)
    report.lines.push_back(
        finish(name, statistics::summarise(values), exact_value(exact, name, sites)));
  for (const Derived& derived : system.derived)
    if (const auto summary = derived_summary(run, derived))
      report.lines.push_back(
          finish(derived.name, *summary, exact_value(exact, derived.name, sites)));
  report.sampler = sampler_report(run);
  if (run.log_weight.size() > 0) report.network = network_report(run, exact);
  if (rests_on_proposals(given) && report.network && !carries_error_bar(report.network->weights))
    report.refusal = low_ess_message(report.network->weights);
  return report;
}

bool carries_error_bar(const statistics::WeightSummary& weights) {
  const double effective = weights.ess_fraction * static_cast<double>(weights.draws);
  return effective >= kLeastEffectiveDraws && weights.ess_fraction >= kLeastEss;
}

std::string low_ess_message(const statistics::WeightSummary& weights) {
  return fmt::format(
      "importance ESS is {:.2g} % ({:.0f} of {}): too low to carry an error bar; "
      "train longer, or use latent_hmc",
      100 * weights.ess_fraction, weights.ess_fraction * static_cast<double>(weights.draws),
      weights.draws);
}

}  // namespace nmc::drivers
