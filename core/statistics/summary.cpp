#include "core/statistics/summary.hpp"

#include <cmath>
#include <utility>

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
  SortedDraws sorted(ordinary.chains);  // costs most: used for all that follow
  summary.ess_tail = ess_tail(ordinary.chains, sorted);
  NormalScores score(chains.rows() / 2 * 2 * chains.cols());
  const auto judge = [&](const Chains& scores) {
    summary.rhat_bulk = rhat_plain(scores);
    summary.ess_bulk = ess_plain(scores);
  };
  judge(sorted.half_scores(score));
  summary.rhat_folded = rhat_plain(std::move(sorted).folded_half_scores(score));
  summary.rhat = larger_rhat(summary.rhat_bulk, summary.rhat_folded);
  summary.mcse_mean = mcse_mean(chains);
  if (summary.is_clamped) summary.tau_geyer = geyer_tau_int(chains);
  return summary;
}

}  // namespace nmc::statistics
