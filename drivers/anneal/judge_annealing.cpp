#include <fmt/format.h>

#include <cmath>

#include "drivers/anneal/anneal_report.hpp"
#include "drivers/format.hpp"

namespace nmc::drivers {
namespace {

// Wang, Machta and Katzgraber 2015: a population of 100 rho_t is equilibrated, and rho_f estimates
// rho_t / population of the error. Of fewer than ten families there is no mean to speak of.
constexpr double kFamilies = 100;
constexpr double kLeastFamilies = 10;
// Weights are log-normal at best: at such an ESS those that matter were hardly drawn.
constexpr double kFewDraws = 100, kLeastDraws = 50;
constexpr double kSmallShare = 0.05, kLeastShare = 0.01;

void add(const Finding& finding, Findings& findings) {
  findings.push_back(finding);
  findings.back().about = "lnZ";
  findings.push_back(finding);
}

const char* axis_of(const AnnealReport& report) {
  return report.is_path ? "lambda" : "beta";
}

// z of a population is that of a normal, which lies beyond 5 once in 1.7 million. The error of
// importance weights with heavy tails is too small as often as not, and what few runs of them say
// is given room.
double farthest(const AnnealReport& report) {
  return report.resamples ? 5 : 5 * (1 + 11 / static_cast<double>(report.runs - 1));
}

/// Of lnZ beside its exact value: weights whose largest were not drawn look like good ones.
void judge_exact(const AnnealReport& report, Findings& findings) {
  if (report.steps.empty() || report.runs < 2) return;
  const AnnealStep& step = report.steps.back();
  const double z = std::abs(step.lnZ.z), bar = farthest(report);
  if (!step.lnZ_exact || !(z > bar)) return;
  add({Severity::refusal, "exact", kEveryObservable,
       fmt::format("lnZ is {:.1f} error bars from its exact value {:.9g}{}, beyond the {:.1f} that "
                   "{} runs allow: a part of the system is missed by all of them. More "
                   "anneal.sweeps or temperatures, or a start that reaches further",
                   z, *step.lnZ_exact, report.resamples ? ", by Student's law as of a normal" : "",
                   bar, report.runs),
       z, bar, step.beta},
      findings);
}

void judge_population(const AnnealReport& report, const AnnealStep& step, Findings& findings) {
  const double families = static_cast<double>(report.population) / step.rho_t;
  if (!(families < kFamilies)) return;
  const bool is_gross = families < kLeastFamilies;
  add({is_gross ? Severity::refusal : Severity::warning, "families", kEveryObservable,
       fmt::format("at {} {:.6g} the population is {:.0f} rho_t, less than {:.0f}: too few "
                   "families have survived to trust the mean; set anneal.population to {} or more, "
                   "or anneal.sweeps higher",
                   axis_of(report), step.beta, families, is_gross ? kLeastFamilies : kFamilies,
                   short_count(kFamilies * step.rho_t)),
       families, is_gross ? kLeastFamilies : kFamilies, step.beta},
      findings);
}

void judge_weights(const AnnealReport& report, const AnnealStep& step, Findings& findings) {
  const double effective = step.ess * static_cast<double>(report.population * report.runs);
  if (effective >= kFewDraws && step.ess >= kSmallShare) return;
  const bool is_gross = effective < kLeastDraws || step.ess < kLeastShare;
  add({is_gross ? Severity::refusal : Severity::warning, "importance_ess", kEveryObservable,
       fmt::format("at {} {:.6g} only {:.0f} configurations carry weight ({}): the error is "
                   "too small; more temperatures (a smaller anneal.culling) or more anneal.sweeps",
                   axis_of(report), step.beta, effective, percent_text(step.ess)),
       step.ess, is_gross ? kLeastShare : kSmallShare, step.beta},
      findings);
}

}  // namespace

Findings judge_annealing(const AnnealReport& report) {
  Findings findings;
  for (const AnnealStep& step : report.steps)
    report.resamples ? judge_population(report, step, findings)
                     : judge_weights(report, step, findings);
  judge_exact(report, findings);
  return findings;
}

}  // namespace nmc::drivers
