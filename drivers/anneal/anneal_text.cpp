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
  std::vector<std::string> head{report.is_path ? "lambda" : "beta",
                                "lnZ",
                                "exact",
                                "z",
                                report.observables[static_cast<std::size_t>(shown)],
                                "z"};
  if (report.resamples)
    head.insert(head.end(), {"culled", "rho_t", "entropy"});
  else
    head.emplace_back("ESS");
  TextTable table(head);
  for (std::size_t i = 0; i < report.steps.size(); ++i) {
    if (!is_shown(static_cast<Index>(i), std::ssize(report.steps))) continue;
    const AnnealStep* step = &report.steps[i];
    const Compared& value = step->observables[static_cast<std::size_t>(shown)];
    const std::string& name = report.observables[static_cast<std::size_t>(shown)];
    const bool hides_lnZ = is_refused(report.findings, {"lnZ", step->beta});
    const bool hides_value = is_refused(report.findings, {name, step->beta});
    std::vector<std::string> row{
        fmt::format("{:.6g}", step->beta),
        hides_lnZ ? "refused" : with_error(step->lnZ.value, step->lnZ.error),
        exact_text(step->lnZ_exact),
        hides_lnZ ? "-" : number_or_dash(step->lnZ.z, "{:+.2f}"),
        hides_value ? "refused" : with_error(value.value, value.error),
        hides_value ? "-" : number_or_dash(value.z, "{:+.2f}")};
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

std::string method_words(const AnnealReport& report) {
  if (!report.resamples) return "annealed importance sampling";
  return report.is_path ? "sequential Monte Carlo" : "population annealing";
}

// Mean, error and z of a number that may be refused.
JsonLine number_json(const AnnealReport& report, const Shown& shown, const Compared& number) {
  const bool is_hidden = is_refused(report.findings, shown);
  JsonLine json;
  json.add("name", shown.name)
      .add("mean", is_hidden ? statistics::not_a_number : number.value)
      .add("error", is_hidden ? statistics::not_a_number : number.error)
      .add(report.is_path ? "lambda" : "beta", shown.beta)
      .add("z", is_hidden ? statistics::not_a_number : number.z);
  add_findings(report.findings, shown, json);
  return json;
}

std::string step_json(const AnnealReport& report, const AnnealStep& step) {
  const auto number = [](const std::optional<double>& x) {
    return x.value_or(statistics::not_a_number);
  };
  JsonLine lnZ = number_json(report, {"lnZ", step.beta}, step.lnZ);
  lnZ.add("exact", number(step.lnZ_exact));
  if (report.resamples)
    lnZ.add("culled", step.culled)
        .add("rho_t", step.rho_t)
        .add("family_entropy", step.family_entropy);
  else
    lnZ.add("ess", step.ess);
  std::string text = lnZ.text() + "\n";
  for (std::size_t i = 0; i < report.observables.size(); ++i)
    text += number_json(report, {report.observables[i], step.beta}, step.observables[i])
                .add("exact", number(step.exact[i]))
                .text() +
            "\n";
  return text;
}

}  // namespace

std::string anneal_text(const AnnealReport& report) {
  std::string text =
      fmt::format("{}\nexact: {}\n{}: {} runs of {} configurations, {} {}\n\n{}", report.title,
                  report.exact_method, method_words(report), report.runs, report.population,
                  report.steps.size(), report.is_path ? "steps of the path" : "temperatures",
                  step_table(report));
  const AnnealStep& last = report.steps.back();
  if (report.resamples)
    text += fmt::format("\nrho_t {:.3g}  rho_f {:.3g}  family entropy {:.3f} of {:.3f}\n",
                        last.rho_t, report.rho_f, last.family_entropy,
                        std::log(static_cast<double>(report.population)));
  else
    text += fmt::format("\nESS {:.3g} of all configurations at the {}\n", last.ess,
                        report.is_path ? "end" : "last temperature");
  if (report.is_path) return text + findings_text(report.findings);
  text += fmt::format("lowest energy {:.9g}, weight {:.3g} at beta {:.6g}", report.lowest_energy,
                      report.lowest_fraction, last.beta);
  if (report.ground_state_energy)
    text += fmt::format("; exact ground state {:.9g}", *report.ground_state_energy);
  return text + "\n" + findings_text(report.findings);
}

std::string anneal_json(const AnnealReport& report) {
  std::string text;
  for (const AnnealStep& step : report.steps) text += step_json(report, step);
  JsonLine last;
  last.add("name", "anneal")
      .add("method", report.resamples ? "population" : "importance")
      .add("runs", report.runs)
      .add("population", report.population)
      .add("rho_f", report.rho_f);
  if (!report.is_path)
    last.add("lowest_energy", report.lowest_energy)
        .add("lowest_fraction", report.lowest_fraction)
        .add("ground_state_energy", report.ground_state_energy.value_or(statistics::not_a_number));
  return text + verdict_json(report.findings) + last.text() + "\n";
}

}  // namespace nmc::drivers
