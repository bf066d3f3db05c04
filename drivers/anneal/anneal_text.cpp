#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/anneal/anneal_report.hpp"
#include "drivers/format.hpp"
#include "drivers/json_line.hpp"
#include "drivers/text_table.hpp"

namespace nmc::drivers {
namespace {

std::string step_table(const AnnealReport& report) {
  const auto energy = std::ranges::find(report.observables, "energy");
  const auto shown = energy == report.observables.end() ? 0 : energy - report.observables.begin();
  std::vector<std::string> head{
      "beta", "lnZ", "exact", "z", report.observables[static_cast<std::size_t>(shown)], "z"};
  if (report.resamples)
    head.insert(head.end(), {"culled", "rho_t", "entropy"});
  else
    head.emplace_back("ESS");
  TextTable table(head);
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    if (!is_shown(static_cast<Index>(i), std::ssize(report.steps))) continue;
    const AnnealStep* step = &report.steps[i];
    const Compared& value = step->observables[static_cast<std::size_t>(shown)];
    std::vector<std::string> row{
        fmt::format("{:.6g}", step->beta),    with_error(step->lnZ.value, step->lnZ.error),
        exact_text(step->lnZ_exact),          number_or_dash(step->lnZ.z, "{:+.2f}"),
        with_error(value.value, value.error), number_or_dash(value.z, "{:+.2f}")};
    if (report.resamples) {
      row.push_back(fmt::format("{:.3f}", step->culled));
      row.push_back(fmt::format("{:.3g}", step->rho_t));
      row.push_back(fmt::format("{:.3f}", step->family_entropy));
    } else {
      row.push_back(fmt::format("{:.3g}", step->ess));
    }
    table.add(row);
  }
  return table.text();
}

// Wang, Machta and Katzgraber 2015: a population of 100 rho_t is equilibrated, and rho_f estimates
// rho_t / population of the error.
std::string warning_text(const AnnealReport& report) {
  constexpr double kFamilies = 100;
  const AnnealStep& last = report.steps.back();
  const auto rows = static_cast<double>(report.population);
  if (report.resamples && rows < kFamilies * last.rho_t)
    return fmt::format(
        "the population is less than 100 rho_t: too few families have survived to trust the mean; "
        "set anneal.population to {} or more, or anneal.sweeps higher\n",
        short_count(kFamilies * last.rho_t));
  const double effective = last.ess * rows * static_cast<double>(report.runs);
  // Weights are log-normal at best: at such an ESS those that matter were hardly drawn.
  constexpr double kLeastShare = 0.05;
  if (!report.resamples && (effective < kFamilies || last.ess < kLeastShare))
    return fmt::format(
        "only {:.0f} configurations carry weight: the error is too small; more temperatures (a "
        "smaller anneal.culling) or more anneal.sweeps\n",
        effective);
  return "";
}

}  // namespace

std::string anneal_text(const AnnealReport& report) {
  std::string text =
      fmt::format("{}\nexact: {}\n{}: {} runs of {} configurations, {} temperatures\n\n{}",
                  report.title, report.exact_method,
                  report.resamples ? "population annealing" : "annealed importance sampling",
                  report.runs, report.population, report.steps.size(), step_table(report));
  const AnnealStep& last = report.steps.back();
  if (report.resamples)
    text += fmt::format("\nrho_t {:.3g}  rho_f {:.3g}  family entropy {:.3f} of {:.3f}\n",
                        last.rho_t, report.rho_f, last.family_entropy,
                        std::log(static_cast<double>(report.population)));
  else
    text += fmt::format("\nESS {:.3g} of all configurations at the last temperature\n", last.ess);
  text += fmt::format("lowest energy {:.9g}, weight {:.3g} at beta {:.6g}", report.lowest_energy,
                      report.lowest_fraction, last.beta);
  if (report.ground_state_energy)
    text += fmt::format("; exact ground state {:.9g}", *report.ground_state_energy);
  return text + "\n" + warning_text(report);
}

std::string anneal_json(const AnnealReport& report) {
  std::string text;
  const auto number = [](const std::optional<double>& x) {
    return x.value_or(statistics::not_a_number);
  };
  for (const AnnealStep& step : report.steps) {
    JsonLine lnZ;
    lnZ.add("name", "lnZ").add("mean", step.lnZ.value).add("error", step.lnZ.error);
    lnZ.add("beta", step.beta).add("exact", number(step.lnZ_exact)).add("z", step.lnZ.z);
    if (report.resamples)
      lnZ.add("culled", step.culled)
          .add("rho_t", step.rho_t)
          .add("family_entropy", step.family_entropy);
    else
      lnZ.add("ess", step.ess);
    text += lnZ.text() + "\n";
    for (std::size_t i = 0; i < report.observables.size(); ++i) {
      JsonLine line;
      line.add("name", report.observables[i])
          .add("mean", step.observables[i].value)
          .add("error", step.observables[i].error)
          .add("beta", step.beta)
          .add("exact", number(step.exact[i]))
          .add("z", step.observables[i].z);
      text += line.text() + "\n";
    }
  }
  JsonLine last;
  last.add("name", "anneal")
      .add("method", report.resamples ? "population" : "importance")
      .add("runs", report.runs)
      .add("population", report.population)
      .add("rho_f", report.rho_f)
      .add("lowest_energy", report.lowest_energy)
      .add("lowest_fraction", report.lowest_fraction)
      .add("ground_state_energy", number(report.ground_state_energy));
  return text + last.text() + "\n";
}

}  // namespace nmc::drivers
