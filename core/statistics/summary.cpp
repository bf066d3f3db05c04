#include "core/statistics/summary.hpp"

#include <cmath>

#include "core/statistics/ess.hpp"
#include "core/statistics/gamma_method.hpp"
#include "core/statistics/rhat.hpp"
#include "core/statistics/sorted_draws.hpp"

namespace nmc::statistics {

ChainSummary summarise(const ChainsRef& chains) {
  ChainSummary summary;
  summary.draws = chains.rows();
  summary.chains = chains.cols();
  summary.constant_chains = count_constant_chains(chains);
  summary.non_finite = chains.size() - chains.isFinite().count();
  const GammaResult gamma = gamma_method(chains);
  summary.mean = gamma.mean;
  summary.error = gamma.error;
  summary.tau_int = gamma.tau_int;
  summary.tau_int_error = gamma.tau_int_error;
  summary.window_found = gamma.window_found;
  summary.is_clamped = gamma.is_clamped;
  summary.tau_sum = gamma.tau_sum;
  if (is_degenerate(chains)) return summary;
  const ScaledChains ordinary = scaled(chains);
  const SortedDraws sorted(ordinary.chains);  // costs most: used for all that follow
  const SortedDraws halves = sorted.halves();
  NormalScores score(halves.draws() * halves.chains());
  const Chains scores = halves.scores(score);
  summary.rhat_bulk = rhat_plain(scores);
  summary.ess_bulk = ess_plain(scores);
  summary.rhat_folded = rhat_plain(sorted.folded_half_scores(score));
  summary.rhat = larger_rhat(summary.rhat_bulk, summary.rhat_folded);
  summary.ess_tail = ess_tail(ordinary.chains, sorted);
  summary.mcse_mean = mcse_mean(chains);
  if (summary.is_clamped) summary.tau_geyer = geyer_tau_int(chains);
  return summary;
}

}  // namespace nmc::statistics
