#include "drivers/anneal/anneal_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/parse_values.hpp"
#include "core/statistics/significance.hpp"
#include "core/statistics/weighted_runs.hpp"
#include "drivers/job/job.hpp"
#include "drivers/job/resolve_named.hpp"
#include "drivers/report/exact_values.hpp"
#include "samplers/population/annealing.hpp"

namespace nmc::drivers {
namespace {

using C = AnnealingColumns;

// What the exact solver may cost at each temperature but the last.
constexpr double kSecondsPerStep = 0.05;

statistics::EstimatedRuns runs_at(const AnnealData& data, Index step) {
  const Index runs = std::ssize(data.tables);
  statistics::EstimatedRuns estimated{Column(runs), Batch(runs, std::ssize(data.observables))};
  for (Index r = 0; r < runs; ++r) {
    const auto row = data.tables[static_cast<std::size_t>(r)].row(step);
    estimated.lnZ(r) = row(C::lnZ);
    estimated.means.row(r) = row.tail(std::ssize(data.observables));
  }
  return estimated;
}

double mean_over_runs(const AnnealData& data, Index step, Index column) {
  double sum = 0;
  for (const Batch& table : data.tables) sum += table(step, column);
  return sum / static_cast<double>(data.tables.size());
}

/// Effective fraction (Σw)² / (n Σw²) of the weights of all runs, from ⟨w⟩ and ⟨w²⟩ of each.
double pooled_ess(const AnnealData& data, Index step, double lnZ) {
  double square = 0;  // ⟨w²⟩ / Z²
  for (const Batch& table : data.tables)
    square += std::exp(table(step, C::log_mean_square) - 2 * lnZ);
  return static_cast<double>(data.tables.size()) / square;
}

/// Effective number of configurations that are not in the lowest state found. With next to none of
/// them the spread of the runs says nothing about the error of the mean energy.
double excited_configurations(const AnnealData& data, Index step, double effective) {
  double excited = 0, total = 0, lowest = data.tables.front()(step, C::lowest_energy);
  double largest = data.tables.front()(step, C::lnZ);
  for (const Batch& table : data.tables) {
    lowest = std::min(lowest, table(step, C::lowest_energy));
    largest = std::max(largest, table(step, C::lnZ));
  }
  for (const Batch& table : data.tables) {
    const double weight = std::exp(table(step, C::lnZ) - largest);
    const bool has_lowest = table(step, C::lowest_energy) <= lowest + 1e-9 * (1 + std::abs(lowest));
    excited += weight * (has_lowest ? 1 - table(step, C::lowest_fraction) : 1);
    total += weight;
  }
  return effective * excited / total;
}

/// Beside an exact value: z is that of a normal as improbable as the deviation in errors that come
/// from so many runs.
Compared compare_runs(double value, double error, const std::optional<double>& exact, Index runs) {
  Compared compared = compare(value, error, exact);
  if (runs > 1) compared.z = statistics::student_z(compared.z, static_cast<double>(runs - 1));
  return compared;
}

AnnealStep step_report(const AnnealFile& file, const AnnealReport& report, Index step,
                       const std::optional<Exact>& exact) {
  const AnnealData& data = file.data;
  const auto combined = statistics::combine_runs(runs_at(data, step));
  AnnealStep result;
  result.beta = data.betas[static_cast<std::size_t>(step)];
  if (exact) result.lnZ_exact = exact->lnZ;
  if (report.resamples) {
    result.lnZ = compare_runs(combined.lnZ, step == 0 ? 0 : combined.lnZ_error, result.lnZ_exact,
                              report.runs);
  } else {
    // All configurations of all runs are independent: their weights know the error better.
    result.ess = pooled_ess(data, step, combined.lnZ);
    const auto draws = static_cast<double>(report.population * report.runs);
    const double error = std::sqrt(std::max(0.0, 1 / result.ess - 1) / draws);
    result.lnZ = compare(combined.lnZ, step == 0 ? 0 : error, result.lnZ_exact);
  }
  result.culled = mean_over_runs(data, step, C::culled);
  result.family_entropy = mean_over_runs(data, step, C::family_entropy);
  result.rho_t = mean_over_runs(data, step, C::rho_t);
  constexpr double kLeastExcited = 10;
  const double effective = static_cast<double>(report.population * report.runs) *
                           (report.resamples ? 1 / result.rho_t : result.ess);
  const bool is_frozen = excited_configurations(data, step, effective) < kLeastExcited;
  for (std::size_t i = 0; i < data.observables.size(); ++i) {
    const std::string& name = data.observables[i];
    result.exact.push_back(exact_value(exact, name, 0));
    const bool has_error = !is_frozen || (name != "energy" && name != "energy2");
    const auto k = static_cast<Index>(i);
    const double error = has_error ? combined.errors(k) : statistics::not_a_number;
    result.observables.push_back(
        compare_runs(combined.means(k), error, result.exact.back(), report.runs));
  }
  return result;
}

/// Means that are known of the system, at the end of a path.
void compare_known(const System& system, AnnealReport& report) {
  AnnealStep& last = report.steps.back();
  for (std::size_t i = 0; i < report.observables.size(); ++i) {
    const auto known = std::ranges::find_if(
        system.identities, [&](const auto& k) { return k.first == report.observables[i]; });
    if (known == system.identities.end() || last.exact[i]) continue;
    last.exact[i] = known->second;
    last.observables[i] = compare_runs(last.observables[i].value, last.observables[i].error,
                                       last.exact[i], report.runs);
  }
}

void add_ground_state(const AnnealData& data, AnnealReport& report) {
  const Index last = std::ssize(data.betas) - 1;
  report.lowest_energy = data.tables.front()(last, C::lowest_energy);
  for (const Batch& table : data.tables)
    report.lowest_energy = std::min(report.lowest_energy, table(last, C::lowest_energy));
  const double rounding = 1e-9 * (1 + std::abs(report.lowest_energy));
  for (const Batch& table : data.tables)
    if (table(last, C::lowest_energy) <= report.lowest_energy + rounding)
      report.lowest_fraction +=
          table(last, C::lowest_fraction) / static_cast<double>(data.tables.size());
}

}  // namespace

bool is_shown(Index step, Index steps) {
  constexpr Index kMost = 20;
  const Index stride = (steps + kMost - 1) / kMost;
  return (steps - 1 - step) % stride == 0;
}

AnnealReport anneal_report(const AnnealFile& file) {
  const auto given = parse_job_text(file.provenance.resolved_job, "resolved.ini");
  const auto value = [&](const std::string& key) {
    const auto it = std::ranges::find_if(given, [&](const GivenOption& option) {
      return option.section == "anneal" && option.key == key;
    });
    require(it != given.end(), "the job in /provenance lacks anneal." + key);
    return it->value;
  };
  const catalog::SystemEntry* entry = nullptr;
  const Options options = resolve_system(given, entry);
  const System system = catalog::make_system(*entry, with_stored_graph(options, file.graph));
  const ExactAnswer answer = system.exact(effort_for(file.data.observables));
  AnnealReport report;
  report.title = fmt::format("{}: {}", system.name, system.summary);
  report.is_path = system.target->support() == Support::real;
  report.exact_method = answer.value ? answer.value->method : answer.reason;
  report.resamples = value("method") == "population";
  report.population = parse_integer("anneal.population", value("population"));
  report.runs = std::ssize(file.data.tables);
  report.observables = file.data.observables;
  const Index last = std::ssize(file.data.betas) - 1;
  for (Index step = 0; step <= last; ++step) {
    ExactEffort effort = effort_for(file.data.observables);
    effort.cpu_seconds = kSecondsPerStep;
    const double beta = file.data.betas[static_cast<std::size_t>(step)];
    std::optional<Exact> exact;
    if (step == last)
      exact = answer.value;
    else if (answer.value && !report.is_path && is_shown(step, last + 1))
      exact = system.at_beta(beta)->exact(effort).value;
    report.steps.push_back(step_report(file, report, step, exact));
  }
  if (report.is_path) compare_known(system, report);
  report.rho_f = static_cast<double>(report.population) *
                 statistics::combine_runs(runs_at(file.data, last)).lnZ_variance;
  if (answer.value) report.ground_state_energy = answer.value->ground_state_energy;
  if (!report.is_path) add_ground_state(file.data, report);
  report.findings = judge_annealing(report);
  return report;
}

}  // namespace nmc::drivers
