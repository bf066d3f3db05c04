#include "drivers/report/judge_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/statistics/rhat.hpp"
#include "core/statistics/significance.hpp"
#include "drivers/format.hpp"

namespace nmc::drivers {
namespace {

// Vehtari et al. 2021: above 1.01 the chains have not mixed. Gelman and Rubin 1992 stopped at 1.1,
// beyond which half a chain holds fewer than five independent draws: no error bar stands on that.
constexpr double kMostRhat = 1.01;
constexpr double kGrossRhat = 1.1;
// Few draws scatter more than that where nothing is wrong: as often as this.
constexpr double kOddsOfRhat = 1e-3;
// A change that stationary chains show as rarely as this is a drift, and what it adds to the mean
// is two error bars; at the second one it is four and more.
constexpr double kOddsOfDrift = 1e-4;
constexpr double kOddsOfGrossDrift = 1e-8;

// Beside an exact value: how many error bars are a warning, and how many a wrong number, given
// enough effective draws for an error bar to mean something.
constexpr double kWarnedBars = 5, kRefusedBars = 8;
constexpr double kEnoughDraws = 50;
// States rarer than one in this many of the draws may be missing from them.
constexpr double kRare = 20;

/// A reduced mean whose error is the larger one says nothing that the plain mean does not.
bool is_better(const ReducedMean& reduced) {
  return reduced.variance_ratio >= 1;
}

std::string reduced_name(const std::string& name) {
  return "reduced " + name;
}

// One line, one temperature.
struct LineJudge {
  const ReportLine& line;
  double beta;

  [[nodiscard]] std::string name() const {
    return std::isnan(beta) ? line.name : fmt::format("{} at beta {:.6g}", line.name, beta);
  }

  void rhat(Findings& findings) const {
    const statistics::ChainSummary& s = line.summary;
    if (!(s.rhat > kMostRhat) || !(statistics::rhat_p(s.rhat, s.draws, s.chains) < kOddsOfRhat))
      return;
    const bool is_gross = s.rhat > kGrossRhat;
    const double limit = is_gross ? kGrossRhat : kMostRhat;
    findings.push_back(
        {is_gross ? Severity::refusal : Severity::warning, "rhat", line.name,
         fmt::format("R-hat of {} is {}, above {}: the chains disagree and the error is too "
                     "small. They are too short (more run.draws), began too near their starts "
                     "(more run.warmup), or cannot reach one another (another sampler)",
                     name(), s.rhat < 1000 ? fmt::format("{:.3f}", s.rhat) : "beyond measure",
                     limit),
         s.rhat, limit, beta});
  }

  void drift(Findings& findings) const {
    const statistics::Drift& drift = line.drift;
    if (!(drift.p < kOddsOfDrift)) return;
    const bool is_gross = drift.p < kOddsOfGrossDrift;
    const double limit = is_gross ? kOddsOfGrossDrift : kOddsOfDrift;
    findings.push_back(
        {is_gross ? Severity::refusal : Severity::warning, "drift", line.name,
         fmt::format("{} still drifts: its last half lies {:+.3g} from its first tenth, which "
                     "equilibrated chains show with odds of {:.0e}: more run.warmup, or a sampler "
                     "that gets there faster",
                     name(), drift.change, drift.p),
         drift.p, limit, beta});
  }

  void exact(Findings& findings) const {
    const statistics::ChainSummary& s = line.summary;
    if (!line.exact) return;
    if (never_moves()) {
      findings.push_back(
          {Severity::refusal, "exact", line.name,
           fmt::format("every draw of {} is {:.9g}, and {:.9g} is exact: no chain leaves a part of "
                       "the system (other starts, or a sampler that crosses: tempering, clusters)",
                       name(), s.mean, *line.exact),
           s.mean, *line.exact, beta});
      return;
    }
    const double bars = std::abs(line.z);
    if (!(bars > kWarnedBars) || !(s.ess_bulk >= kEnoughDraws)) return;
    const bool is_gross = bars > kRefusedBars;
    findings.push_back(
        {is_gross ? Severity::refusal : Severity::warning, "exact", line.name,
         fmt::format(
             "{} is {:.1f} error bars from its exact value {:.9g}: the chains miss a part of "
             "the system (other starts, or a sampler that crosses: tempering, clusters)",
             name(), bars, *line.exact),
         bars, is_gross ? kRefusedBars : kWarnedBars, beta});
  }

  void reduced(Findings& findings) const {
    if (!line.reduced || !is_better(*line.reduced)) return;
    const double bars = std::abs(line.reduced->z);
    if (!(bars > kWarnedBars)) return;
    const bool is_gross = bars > kRefusedBars;
    findings.push_back(
        {is_gross ? Severity::refusal : Severity::warning, "reduced", reduced_name(line.name),
         fmt::format(
             "the reduced mean of {} is {:.1f} error bars from the exact value {:.9g}: what "
             "was not drawn matters to it (more run.draws); the plain mean is judged by "
             "itself",
             name(), bars, *line.exact),
         bars, is_gross ? kRefusedBars : kWarnedBars, beta});
  }

  // All draws are one number, and the exact mean is another, nearer to zero. Draws that are all
  // zero may have missed something rare, and so may others of which it is known how much that adds.
  [[nodiscard]] bool never_moves() const {
    const statistics::ChainSummary& s = line.summary;
    const auto draws = static_cast<double>(s.draws * s.chains);
    if (line.largest_step > 0 &&
        statistics::expected_unseen(s.mean, *line.exact, line.largest_step, draws) < kRare)
      return false;
    return draws > kRare && s.constant_chains == s.chains && std::isnan(s.rhat) &&
           std::abs(s.mean) > std::abs(*line.exact) &&
           std::abs(s.mean - *line.exact) > kRare / draws * std::abs(s.mean);
  }

  // What is made of refused means is refused with them.
  void inputs(Findings& findings) const {
    for (const std::string& input : line.inputs) {
      if (!is_refused(findings, {input, beta})) continue;
      findings.push_back({Severity::refusal, "inputs", line.name,
                          fmt::format("{} is made of {}, which is refused", name(), input),
                          statistics::not_a_number, statistics::not_a_number, beta});
      return;
    }
  }
};

}  // namespace

Findings judge_lines(const std::vector<ReportLine>& lines, double beta) {
  Findings findings;
  for (const ReportLine& line : lines) LineJudge{line, beta}.rhat(findings);
  for (const ReportLine& line : lines) LineJudge{line, beta}.drift(findings);
  for (const ReportLine& line : lines) LineJudge{line, beta}.exact(findings);
  for (const ReportLine& line : lines) LineJudge{line, beta}.reduced(findings);
  for (const ReportLine& line : lines) LineJudge{line, beta}.inputs(findings);
  return findings;
}

const ReducedMean* shown_reduced(const ReportLine& line, const Findings& findings, double beta) {
  const bool is_hidden = is_refused(findings, {line.name, beta}) ||
                         is_refused(findings, {reduced_name(line.name), beta});
  const bool is_shown = line.reduced && is_better(*line.reduced) && !is_hidden;
  return is_shown ? &*line.reduced : nullptr;
}

}  // namespace nmc::drivers
