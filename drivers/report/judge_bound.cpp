#include "drivers/report/judge_bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace nmc::drivers {
namespace {

// Error bars below the bound: chance gives 5 of them three times in ten million.
constexpr double kBelow = 5;

}  // namespace

Findings judge_bound(const std::vector<ReportLine>& lines) {
  const auto energy = std::ranges::find(lines, "energy", &ReportLine::name);
  if (energy == lines.end() || !energy->exact || !(energy->z < -kBelow)) return {};
  return {{Severity::refusal, "bound", "energy",
           fmt::format("energy is {:.1f} error bars below the exact {:.9g}, and no state's is: a "
                       "part of <H> lies where |psi|^2 is too small to be drawn, and the error "
                       "does not know it. A wave function without such places (complex = true, "
                       "or fewer hidden units), or more run.draws",
                       -energy->z, *energy->exact),
           -energy->z, kBelow}};
}

Findings judge_mean_bounds(const std::vector<ReportLine>& lines,
                           const std::vector<MeanBounds>& bounds) {
  Findings findings;
  for (const MeanBounds& b : bounds) {
    const auto line = std::ranges::find(lines, b.observable, &ReportLine::name);
    if (line == lines.end() || !std::isfinite(line->summary.mean)) continue;
    const auto [low, high, mean] = std::tuple(b.low, b.high, line->summary.mean);
    const double beyond = std::max(low - mean, mean - high);
    // Chains that never move have no error, and are as far as can be.
    const double error = line->summary.error;
    const double bars = error > 0 ? beyond / error : std::numeric_limits<double>::infinity();
    const double rounding = 1e-12 * (std::abs(mean) + std::abs(high - low));
    if (beyond <= rounding || bars <= kBelow) continue;
    findings.push_back({Severity::refusal, "bound", kEveryObservable,
                        fmt::format("{} is {:.4g}, and {} it lies between {:.4g} and {:.4g}: all "
                                    "chains are held in a state that is not the equilibrium. "
                                    "sampler.start = random, a cluster sampler or tempering",
                                    b.observable, mean, b.theorem, low, high),
                        bars, kBelow});
  }
  return findings;
}

}  // namespace nmc::drivers
