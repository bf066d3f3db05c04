#include "core/statistics/summary.hpp"

#include <cmath>

#include "core/statistics/ess.hpp"
#include "core/statistics/gamma_method.hpp"
#include "core/statistics/rhat.hpp"

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
  summary.rhat_bulk = rhat_bulk(chains);
  summary.rhat_folded = rhat_folded(chains);
  summary.rhat = rhat(chains);
  summary.ess_bulk = ess_bulk(chains);
  summary.ess_tail = ess_tail(chains);
  summary.mcse_mean = mcse_mean(chains);
  return summary;
}

}  // namespace nmc::statistics
