#include "drivers/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/options/job_file.hpp"
#include "core/statistics/pareto.hpp"
#include "core/statistics/rhat.hpp"
#include "drivers/catalog/composition.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/report/column_numbers.hpp"
#include "drivers/report/exact_values.hpp"
#include "drivers/report/judge_bound.hpp"
#include "drivers/report/judge_lines.hpp"
#include "drivers/report/judge_lnz.hpp"
#include "drivers/report/judge_network.hpp"
#include "drivers/report/judge_sector.hpp"
#include "drivers/report/judge_stuck.hpp"
#include "drivers/report/judge_variance.hpp"
#include "drivers/report/line_order.hpp"
#include "drivers/report/page_threads.hpp"
#include "drivers/report/reduced_lines.hpp"
#include "models/training/batch_quality.hpp"

namespace nmc::drivers {
namespace {

using statistics::Chains;
using statistics::ChainSummary;

SamplerReport sampler_report(const RunFile& run) {
  SamplerReport report;
  if (const DrawColumn* acceptance = run.stat("acceptance_rate"))
    report.acceptance = mean_of(*acceptance);
  if (const DrawColumn* accepted = run.stat("accepted"))
    report.longest_rejection_run = longest_rejections(*accepted);
  if (const DrawColumn* diverging = run.stat("diverging"))
    report.divergences = static_cast<Index>(std::llround(sum_of(*diverging)));
  report.steps_per_draw = run.steps_per_draw;
  report.fitted = run.fitted;
  // Tuning ends with the warm-up: all draws have the same.
  const auto first_of = [](const DrawColumn& column) { return column.read({0, 1})(0, 0); };
  if (const DrawColumn* step = run.stat("step_size"); step != nullptr && first_of(*step) > 0)
    report.step_size = first_of(*step);
  if (const DrawColumn* steps = run.stat("n_steps"))
    report.n_steps = static_cast<Index>(std::llround(first_of(*steps)));
  report.sample = run.time_of("sample");
  report.train = run.time_of("train");
  for (const PartOfRun& part : run.parts) {
    PartReport line{part.name, part.runs, statistics::not_a_number, part.cpu_seconds};
    if (const DrawColumn* acceptance = run.stat("acceptance_" + part.name))
      line.acceptance = mean_of_finite(*acceptance);
    report.parts.push_back(line);
  }
  return report;
}

/// The lowest of the validations, whose state was kept.
double best_mmd(const archive::File& file) {
  double best = statistics::not_a_number;
  if (!file.has("/train/validation_mmd")) return best;
  for (const double mmd : file.read_doubles("/train/validation_mmd")) best = std::fmin(best, mmd);
  return best;
}

NetworkReport network_report(const RunFile& run, const std::optional<Exact>& exact, double beta) {
  NetworkReport report;
  report.weights = statistics::summarise_weights(run.log_weight);
  report.acceptance = judge(-run.log_weight, std::nullopt).acceptance;
  report.pareto_k = statistics::pareto_k(run.log_weight);
  report.mmd = best_mmd(*run.file);
  if (run.forward_log_weight.size() > 0) {
    const Chains& log_p = run.forward_log_p;
    ForwardReport forward{run.forward_sampler,
                          statistics::summarise_forward(run.forward_log_weight, run.log_weight),
                          log_p.cols()};
    if (run.ladder) forward.only_beta = beta;
    forward.rhat = statistics::rhat(log_p);
    forward.rhat_p = statistics::rhat_p(forward.rhat, log_p.rows(), log_p.cols());
    report.lnZ_upper = forward.weights.mean_log;
    report.lnZ_upper_error = forward.weights.mean_log_error;
    report.forward = std::move(forward);
  } else if (const DrawColumn* log_weight = run.stat("log_weight")) {
    const ChainSummary upper = summary_of(*log_weight);
    report.lnZ_upper = upper.mean;
    report.lnZ_upper_error = upper.error;
  }
  if (exact) report.lnZ_exact = exact->lnZ;
  if (run.importance_energy.size() > 0)
    report.importance = statistics::importance_energy(run.log_weight, run.importance_energy, beta);
  return report;
}

// Of a ladder, the sampler at every temperature.
bool rests_on_proposals(const std::vector<GivenOption>& given) {
  const auto value = [&](const char* key) {
    const auto found = std::ranges::find_if(given, [&](const GivenOption& option) {
      return option.section == "sampler" && option.key == key;
    });
    return found == given.end() ? std::string() : found->value;
  };
  if (value("name").empty()) return false;
  const auto outer = catalog::named_or_composed(value("name"), "");
  if (!outer.has_inner) return outer.rests_on_proposals;
  const std::string inner = value("inner");
  return !inner.empty() && catalog::named_or_composed(inner, "").rests_on_proposals;
}

// Of the chains at the system's own temperature.
ProposalChains proposal_chains(const RunFile& run, const SamplerReport& sampler) {
  ProposalChains chains;
  const DrawColumn* accepted = run.stat("accepted");
  if (accepted == nullptr || run.ladder) return chains;
  chains.draws = accepted->draws();
  chains.chains = accepted->chains();
  chains.longest_rejection_run = sampler.longest_rejection_run;
  chains.never_moved = count_never_moved(*accepted);
  chains.acceptance = sampler.acceptance;
  return chains;
}

std::vector<DrawColumn> energies_of_rungs(const RunFile& run) {
  std::vector<DrawColumn> energies;
  if (!run.ladder) return energies;
  for (const auto& columns : run.ladder->columns)
    for (const DrawColumn& column : columns)
      if (column.name() == "energy") energies.push_back(column);
  return energies;
}

// Where the run may have looked for it: in disordered systems, and where it was found.
void add_ground_state(const RunFile& run, const System& system, const std::optional<Exact>& exact,
                      Report& report) {
  const DrawColumn* own = run.observable("energy");
  if (!run.has_ground_state || own == nullptr || !is_finite(*own)) return;
  GroundState found = find_ground_state(energies_of_rungs(run), *own);
  if (exact) found.exact = exact->ground_state_energy;
  if (system.disorder == nullptr && !found.is_exact()) return;
  report.lines.push_back(ground_state_line(*own, found.lowest, system.beta, exact));
  if (report.ladder)
    for (std::size_t r = 0; r < report.ladder->rungs.size(); ++r)
      for (const DrawColumn& column : run.ladder->columns[r])
        if (column.name() == "energy") {
          RungReport& rung = report.ladder->rungs[r];
          rung.lines.push_back(ground_state_line(column, found.lowest, rung.beta, rung.exact));
        }
  report.ground_state = found;
}

// What belongs to the system's own temperature alone.
void copy_reduced(const std::vector<ReportLine>& lines, RungReport& own) {
  for (const ReportLine& line : lines) {
    const auto found = std::ranges::find(own.lines, line.name, &ReportLine::name);
    if (found != own.lines.end()) found->reduced = line.reduced;
  }
}

}  // namespace

Findings judge_report(const Report& report) {
  Findings findings;
  const auto add = [&](Findings more) { std::ranges::move(more, std::back_inserter(findings)); };
  add(judge_notes(report.network_notes));
  if (report.network)
    add(judge_network(*report.network, report.proposals ? &*report.proposals : nullptr,
                      report.cure));
  add(judge_stuck(report.moves));
  if (report.network) add(judge_lnz(*report.network, !is_refused(findings, {"lnZ"})));
  // Nothing is left to be said of numbers that none of is shown.
  if (is_refused(findings, {kEveryObservable})) return findings;
  add(judge_stop_report(report.stop));
  add(judge_lines(report.lines));
  if (!report.ladder) return findings;
  const auto& rungs = report.ladder->rungs;
  for (std::size_t r = 0; r < rungs.size(); ++r)
    if (static_cast<Index>(r) != report.ladder->own_rung)
      add(judge_lines(rungs[r].lines, rungs[r].beta));
  add(judge_ladder(*report.ladder, findings));
  return findings;
}

namespace {

// A wave function lies away from the exact values by what it cannot say: that is a result, and no
// fault of the chains.
Findings judge_wave(Report& report, const RunFile& run, const System& system) {
  std::vector<ReportLine> lines = report.lines;
  for (ReportLine& line : report.lines) line.exact.reset();
  Findings findings = judge_report(report);
  report.lines = std::move(lines);
  const auto energy = std::ranges::find(report.lines, "energy", &ReportLine::name);
  const auto exact_energy = energy == report.lines.end() ? std::nullopt : energy->exact;
  std::ranges::move(judge_sector(run, system), std::back_inserter(findings));
  std::ranges::move(judge_variance(run, exact_energy), std::back_inserter(findings));
  std::ranges::move(judge_bound(report.lines), std::back_inserter(findings));
  return findings;
}

}  // namespace

Report make_report(const RunFile& run) {
  const auto given = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  const System system = catalog::make_system(*entry, with_stored_graph(options, run.graph));
  const ExactAnswer answer = system.exact(effort_for(run.posterior));
  const std::optional<Exact>& exact = answer.value;

  const Threads threads = threads_of_pages(run.provenance.threads);
  Report report;
  report.title = fmt::format("{}: {}", system.name, system.summary);
  report.exact_method = exact ? exact->method : answer.reason;
  report.lines = report_lines(run.posterior, system, exact, threads);
  add_reduced(run.posterior, system, run.variates, report.lines);
  put_first(asked_observables(given, system), report.lines);
  report.network_notes = run.network_notes;
  report.stop = run.stop;
  report.sampler = sampler_report(run);
  if (run.ladder) {
    report.ladder = ladder_report(*run.ladder, system, exact.has_value(), threads);
    copy_reduced(report.lines,
                 report.ladder->rungs[static_cast<std::size_t>(run.ladder->own_rung)]);
  }
  add_ground_state(run, system, exact, report);
  if (run.log_weight.size() > 0) report.network = network_report(run, exact, system.beta);
  report.cure = catalog::local_cure(system);
  const ProposalChains moves = proposal_chains(run, report.sampler);
  if (rests_on_proposals(given))
    report.proposals = moves;
  else
    report.moves = moves;
  report.findings =
      system.hamiltonian == nullptr ? judge_report(report) : judge_wave(report, run, system);
  std::ranges::move(judge_mean_bounds(report.lines, system.mean_bounds),
                    std::back_inserter(report.findings));
  return report;
}

}  // namespace nmc::drivers
