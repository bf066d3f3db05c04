#include "drivers/report/judge_stuck.hpp"

#include <fmt/format.h>

namespace nmc::drivers {
namespace {

constexpr const char* kWayOut =
    "another sampler beside it, as in [hmc x 1, a_nice x 1], takes chains away from there, a "
    "smaller "
    "step leaves more easily, or run.warmup is too short";

}  // namespace

Findings judge_stuck(const ProposalChains& chains) {
  constexpr double kLeastMoves = 20, kManyMoves = 100, kMost = 0.25, kGross = 0.5;
  if (chains.draws < 2) return {};
  const double moves = chains.acceptance * static_cast<double>(chains.draws);
  const double share =
      static_cast<double>(chains.longest_rejection_run) / static_cast<double>(chains.draws);
  if (!(moves >= kLeastMoves)) return {};
  if (chains.never_moved > 0)
    return {{Severity::refusal, "stuck_chains", kEveryObservable,
             fmt::format("{} of {} chains never moved, where the acceptance is {:.2g}: {}",
                         chains.never_moved, chains.chains, chains.acceptance, kWayOut),
             static_cast<double>(chains.never_moved), 0}};
  const bool is_gross = share > kGross;
  if (!is_gross && !(share > kMost && moves >= kManyMoves)) return {};
  return {{is_gross ? Severity::refusal : Severity::warning, "rejections", kEveryObservable,
           fmt::format("a chain stayed for {} draws, {:.0f} % of its {}, where the acceptance is "
                       "{:.2g}: {}",
                       chains.longest_rejection_run, 100 * share, chains.draws, chains.acceptance,
                       kWayOut),
           share, is_gross ? kGross : kMost}};
}

}  // namespace nmc::drivers
