#include "drivers/report/judge_stuck.hpp"

#include <fmt/format.h>

namespace nmc::drivers {
namespace {

constexpr const char* kWayOut =
    "another sampler beside it, as in [hmc x 1, a_nice x 1], takes chains away from there, a "
    "smaller "
    "step leaves more easily, or run.warmup is too short";

// A chain that moves at its acceptance stays while m moves are expected with odds e^-m: 2e-9 where
// it is refused, 5e-5 where it is warned of.
constexpr double kRefusedMoves = 20, kWarnedMoves = 10;
constexpr double kQuarter = 0.25, kHalf = 0.5;  // of a run, which then tells little else

}  // namespace

Findings judge_stuck(const ProposalChains& chains) {
  if (chains.draws < 2) return {};
  const auto draws = static_cast<double>(chains.draws);
  if (chains.never_moved > 0 && chains.acceptance * draws >= kRefusedMoves)
    return {{Severity::refusal, "stuck_chains", kEveryObservable,
             fmt::format("{} of {} chains never moved, where the acceptance is {:.2g}: {}",
                         chains.never_moved, chains.chains, chains.acceptance, kWayOut),
             static_cast<double>(chains.never_moved), 0}};
  const auto stay = static_cast<double>(chains.longest_rejection_run);
  const double share = stay / draws, missed = chains.acceptance * stay;
  if (!(share > kQuarter && missed >= kWarnedMoves)) return {};
  const bool is_gross = share > kHalf && missed >= kRefusedMoves;
  return {{is_gross ? Severity::refusal : Severity::warning, "rejections", kEveryObservable,
           fmt::format("a chain stayed for {} draws, {:.0f} % of its {}, where the acceptance is "
                       "{:.2g}: {}",
                       chains.longest_rejection_run, 100 * share, chains.draws, chains.acceptance,
                       kWayOut),
           share, is_gross ? kHalf : kQuarter}};
}

}  // namespace nmc::drivers
