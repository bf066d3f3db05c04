#pragma once

#include <string>
#include <vector>

#include "drivers/plan/plan.hpp"
#include "drivers/sample/draw_parts.hpp"

namespace nmc::drivers {

/// What [stop] asks of `plan`'s observables. UserError where it names none of them.
[[nodiscard]] StopRule read_stop_rule(const Options& stop, const Plan& plan);

/// The first draw count above `draws` at which the rule is looked at: 64, then a quarter more each
/// time, 80, 100, 125, … They depend on nothing else, so that every run of a job ends at the same
/// draw.
[[nodiscard]] Index next_look(Index draws);

/// What the draws so far say.
struct StopJudgement {
  bool is_met = false;
  double needed = 0;  ///< draws of a chain that would do, by the laws 1/√N, N and 1/N
  std::string text;   ///< "R-hat 1.004 <= 1.01, energy: error 0.012 > 0.01"
};

/// Of all draws in `parts`; every observable of the job for R̂ and ESS, those that do not vary
/// aside. An error counts where its window was found and 400 effective draws were there. On one
/// process.
[[nodiscard]] StopJudgement judge_stop(const StopRule& rule, const Plan& plan,
                                       const DrawParts& parts, const DrawParts::Poll& poll);

}  // namespace nmc::drivers
