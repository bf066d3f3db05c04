#include "drivers/report/judge_bound.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace nmc::drivers
