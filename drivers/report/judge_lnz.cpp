#include "drivers/report/judge_lnz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "drivers/format.hpp"

namespace nmc::drivers {
namespace {

// Error bars of a contradiction. Estimates of lnZ by log-normal weights, skewed as they are, go
// beyond the first in less than 3e-4 of runs where that many draws are effective
// (docs/theory/independence.md).
constexpr double kMostZ = 5, kGrossZ = 8;
constexpr double kLeastEffective = 200;
// Chains of which the error of the upper bound needs this many to be that of a normal.
constexpr Index kLeastChains = 32;
// Both sides are sums over all sites.
constexpr double kRounding = 1e-8;

struct Value {
  std::string name;
  double mean = statistics::not_a_number;
  double error = 0;

  [[nodiscard]] std::string text() const {
    return error > 0 ? name + ", " + with_error(mean, error) + ","
                     : fmt::format("{} {:.9g}", name, mean);
  }
};

/// Error bars by which a lies above b.
double z_above(const Value& a, const Value& b) {
  const double rounding = kRounding * (1 + std::abs(b.mean));
  return (a.mean - b.mean) / std::hypot(a.error, b.error, rounding);
}

constexpr const char* kClassicalCure =
    "the classical chains have not equilibrated, or the density of the network is not normalised: "
    "more run.forward, and another seed";
constexpr const char* kDensityCure =
    "the density of the network is not normalised, or its draws are not those of it: train it "
    "anew, and report it as an error of the program";
constexpr const char* kImportanceCure =
    "the network misses a part of the system, or one draw carries too much: train longer "
    "(train.steps), with objective = mixed or a symmetry, or more run.importance";

class LnzJudge {
 public:
  explicit LnzJudge(const NetworkReport& network)
      : importance_{"lnZ by importance sampling", network.weights.log_mean,
                    network.weights.log_mean_error},
        lower_{"the lower bound of lnZ", network.weights.mean_log, network.weights.mean_log_error},
        effective_(network.weights.ess_fraction * static_cast<double>(network.weights.draws)) {
    if (network.forward && network.forward->chains >= kLeastChains)
      upper_ = {"the upper bound of lnZ", network.lnZ_upper, network.lnZ_upper_error};
    if (network.lnZ_exact) exact_ = {"the exact lnZ", *network.lnZ_exact, 0};
  }

  Findings judge(bool is_shown) {
    not_above(lower_, upper_, kClassicalCure);
    not_above(lower_, exact_, kDensityCure);
    not_above(exact_, upper_, kClassicalCure);
    if (is_shown) {
      not_above(importance_, upper_, kClassicalCure);
      not_above(importance_, exact_, kDensityCure);
      if (effective_ >= kLeastEffective) not_above(exact_, importance_, kImportanceCure);
    }
    return findings_;
  }

 private:
  // Nothing is said of values that are not there.
  void not_above(const Value& a, const Value& b, const std::string& cure) {
    const double z = z_above(a, b);
    if (!(z > kMostZ)) return;
    const bool is_gross = z > kGrossZ;
    findings_.push_back(
        {is_gross ? Severity::refusal : Severity::warning, "lnZ_bounds", "lnZ",
         fmt::format("{} lies {:.1f} error bars above {}: {}", a.text(), z, b.text(), cure), z,
         is_gross ? kGrossZ : kMostZ});
  }

  Value importance_, lower_, upper_, exact_;
  double effective_;
  Findings findings_;
};

}  // namespace

Findings judge_lnz(const NetworkReport& network, bool is_shown) {
  return LnzJudge(network).judge(is_shown);
}

}  // namespace nmc::drivers
