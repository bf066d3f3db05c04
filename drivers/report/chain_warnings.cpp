#include "drivers/report/chain_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nmc::drivers {
namespace {

using statistics::ChainSummary;

// Vehtari et al. 2021, section 4: R-hat below 1.01, and 100 effective draws for each of 4 chains.
constexpr double kWantedRhat = 1.01, kWantedEss = 400;
// Foreman-Mackey et al. 2013 ask for 50 autocorrelation times.
constexpr double kLeastLength = 50;

std::string clamp_warning(const ChainSummary& s) {
  if (!s.is_clamped) return "";
  // within twice its own error the sum is that of independent draws
  if (0.5 - s.tau_sum <= 2 * s.tau_int_error)
    return fmt::format("tau_int sums to {:.3f} and counts as 1/2, as of independent draws",
                       s.tau_sum);
  // The mean that is taken off shifts every term of the sum by one part in the number of draws.
  constexpr double kLeastTold = 0.05;
  const bool has_sequence = !std::isnan(s.tau_geyer);  // blocks of draws have none
  const double told = has_sequence ? s.tau_geyer : s.tau_sum;
  const std::string tau =
      told < kLeastTold
          ? fmt::format("below {}", kLeastTold)
          : fmt::format("about {:.2g}{}", told, has_sequence ? " by Geyer's sequence" : "");
  return fmt::format(
      "antithetic draws: tau_int is below 1/2 ({}) and counts as 1/2, so error is an upper bound; "
      "mcse_mean counts them, up to N log10 N effective draws",
      tau);
}

std::string length_warning(const ChainSummary& s) {
  const auto draws = static_cast<double>(s.draws);
  if (std::isnan(s.tau_int)) return s.draws < 6 ? "too few draws for an error" : "";
  if (!s.window_found)
    return fmt::format(
        "too short: no plateau up to {} draws, tau_int is a lower bound and error "
        "too small",
        s.draws / 2);
  if (draws < kLeastLength * s.tau_int)
    return fmt::format(
        "short: {} draws are {:.0f} tau_int, below {:.0f}: tau_int and error are "
        "rough",
        s.draws, draws / s.tau_int, kLeastLength);
  return "";
}

}  // namespace

std::string chain_refusal(const ChainSummary& s) {
  if (s.non_finite == 0) return "";
  return fmt::format("{} of {} draws are missing or not finite", s.non_finite, s.draws * s.chains);
}

std::vector<std::string> chain_warnings(const ChainSummary& s) {
  std::vector<std::string> warnings;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) warnings.push_back(text);
  };
  if (s.non_finite > 0) return warnings;
  if (s.constant_chains == s.chains && std::isnan(s.rhat))
    return {"all draws are equal: there is nothing to estimate an error from"};
  if (s.constant_chains > 0)
    add(fmt::format("{} of {} chains never move", s.constant_chains, s.chains));
  if (s.rhat > kWantedRhat)
    add(fmt::format("R-hat {:.3f} is above {}: {} disagree, and error is too small", s.rhat,
                    kWantedRhat, s.chains > 1 ? "the chains" : "the halves of the chain"));
  if (s.chains == 1) add("one chain: R-hat compares its two halves only");
  add(length_warning(s));
  if (s.ess_bulk < kWantedEss)
    add(fmt::format("bulk ESS {:.0f} is below {:.0f}", s.ess_bulk, kWantedEss));
  add(clamp_warning(s));
  return warnings;
}

}  // namespace nmc::drivers
