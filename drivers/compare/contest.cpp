#include "drivers/compare/contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "drivers/report/cost.hpp"

namespace nmc::drivers {
namespace {

using statistics::not_a_number;

const ReportLine* find_line(const Report& report, const std::string& name) {
  const auto found = std::ranges::find(report.lines, name, &ReportLine::name);
  return found == report.lines.end() ? nullptr : &*found;
}

// NaN where the number is refused, or tau is only a lower bound.
double cost_in(const Contender& contender, const std::string& name) {
  const ReportLine* line = find_line(contender.report, name);
  if (line == nullptr || is_refused(contender.report.findings, {name})) return not_a_number;
  const auto& s = line->summary;
  return cost_of_draw(contender.sampling(), static_cast<double>(s.draws * s.chains), s.tau_int);
}

// Measured ones that change: what is worked out from means has no draws of its own.
std::vector<std::string> shared_observables(const std::vector<Contender>& contenders) {
  std::vector<std::string> names;
  for (const ReportLine& line : contenders.front().report.lines) {
    const bool is_measured = line.inputs.empty() && !line.name.starts_with("P(");
    const bool is_everywhere = std::ranges::all_of(contenders, [&](const Contender& contender) {
      return find_line(contender.report, line.name) != nullptr;
    });
    if (is_measured && is_everywhere) names.push_back(line.name);
  }
  return names;
}

double largest(const std::vector<ValueCost>& costs, std::size_t contender) {
  double most = 0;
  for (const ValueCost& cost : costs) {
    if (std::isnan(cost.seconds[contender])) return not_a_number;
    most = std::max(most, cost.seconds[contender]);
  }
  return most > 0 ? most : not_a_number;
}

Disagreement largest_difference(const std::vector<Contender>& contenders,
                                const std::vector<std::string>& names) {
  Disagreement most;
  for (const std::string& name : names)
    for (std::size_t a = 0; a < contenders.size(); ++a)
      for (std::size_t b = a + 1; b < contenders.size(); ++b) {
        if (std::isnan(cost_in(contenders[a], name)) || std::isnan(cost_in(contenders[b], name)))
          continue;
        const auto& first = find_line(contenders[a].report, name)->summary;
        const auto& second = find_line(contenders[b].report, name)->summary;
        const double sigma =
            std::abs(first.mean - second.mean) / std::hypot(first.error, second.error);
        if (sigma > most.sigma) most = {name, contenders[a].name, contenders[b].name, sigma};
      }
  return most;
}

std::string training_words(const Contender& job, double break_even) {
  if (!(job.training() > 0)) return "";
  if (std::isnan(break_even))
    return fmt::format(", and its training of {:.3g} CPU s is never paid back", job.training());
  return fmt::format(
      ", and its training of {:.3g} CPU s is paid back after {:.2g} independent "
      "values",
      job.training(), break_even);
}

std::string sentence_of(const std::vector<Contender>& contenders, const Verdict& verdict) {
  const Contender& job = contenders.front();
  const std::vector<double>& costs = verdict.slowest.seconds;
  if (verdict.disagreement.sigma > kMostSigma)
    return fmt::format(
        "No verdict: {} and {} differ by {:.1f} standard errors in {}, so that one "
        "of them samples another density or has not arrived.",
        verdict.disagreement.first, verdict.disagreement.second, verdict.disagreement.sigma,
        verdict.disagreement.observable);
  if (std::isnan(costs[0]))
    return fmt::format("No verdict: numbers of {} are refused (nmc report says why).", job.name);
  if (verdict.best_rival == 0)
    return fmt::format("{} alone gave numbers: those of every rival are refused.", job.name);
  const std::string& rival = contenders[verdict.best_rival].name;
  const double ratio = costs[verdict.best_rival] / costs[0];
  if (ratio >= 1)
    return fmt::format("{} is {:.3g} times as fast as {}, the best of {} rivals{}.", job.name,
                       ratio, rival, contenders.size() - 1,
                       training_words(job, verdict.break_even));
  return fmt::format("{} is {:.3g} times as fast as {}{}.", rival, 1 / ratio, job.name,
                     training_words(job, verdict.break_even));
}

}  // namespace

Verdict judge_contest(const std::vector<Contender>& contenders) {
  Verdict verdict;
  const std::vector<std::string> names = shared_observables(contenders);
  for (const std::string& name : names) {
    ValueCost cost{name, {}};
    for (const Contender& contender : contenders) cost.seconds.push_back(cost_in(contender, name));
    verdict.costs.push_back(cost);
  }
  ValueCost slowest{"slowest", {}};
  for (std::size_t c = 0; c < contenders.size(); ++c)
    slowest.seconds.push_back(largest(verdict.costs, c));
  for (std::size_t c = 1; c < contenders.size(); ++c) {
    const double best = verdict.best_rival == 0 ? std::numeric_limits<double>::infinity()
                                                : slowest.seconds[verdict.best_rival];
    if (slowest.seconds[c] < best) verdict.best_rival = c;
  }
  verdict.slowest = slowest;
  const double gain = verdict.best_rival == 0
                          ? not_a_number
                          : slowest.seconds[verdict.best_rival] - slowest.seconds[0];
  if (gain > 0) verdict.break_even = contenders.front().training() / gain;
  verdict.disagreement = largest_difference(contenders, names);
  verdict.is_refused = std::isnan(slowest.seconds[0]) || verdict.disagreement.sigma > kMostSigma;
  verdict.sentence = sentence_of(contenders, verdict);
  return verdict;
}

}  // namespace nmc::drivers
