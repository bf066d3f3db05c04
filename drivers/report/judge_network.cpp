#include "drivers/report/judge_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "drivers/format.hpp"

namespace nmc::drivers {
namespace {

using statistics::WeightSummary;

// The limits and their reasons: docs/theory/independence.md.
constexpr double kLeastForwardShare = 0.5;  // of the reverse ESS
constexpr double kMostParetoK = 0.7, kGrossParetoK = 0.85;
constexpr double kEvenWeights = 1.1;  // the largest over the mean
constexpr double kMostOfRun = 0.1, kGrossOfRun = 0.5;
constexpr double kLeastMoves = 20;  // expected in a chain before not moving means anything
constexpr double kMostOfOne = 0.01;
constexpr double kForwardRhat = 1.1, kOddsOfForwardRhat = 1e-4;

/// Collects what is found about the weights and about the chains.
class NetworkJudge {
 public:
  NetworkJudge(const NetworkReport& network, const ProposalChains* chains, const std::string& cure)
      : network_(network),
        chains_(chains),
        cure_(fmt::format("; training longer alone does not fill a hole: {} heals the chains, "
                          "objective = mixed or a symmetry the network",
                          cure)) {}

  Findings judge() {
    const bool is_poor = low_ess();
    const bool has_hole = hole();
    tail();
    if (chains_ != nullptr && chains_->draws > 1) {
      stuck();
      rejections();
    }
    if (!is_poor && !has_hole) heavy_weight();
    return findings_;
  }

 private:
  /// Said once: the first finding that needs it.
  std::string cure() { return std::exchange(cure_, std::string()); }

  /// About lnZ and, where they rest on the network, about the chains.
  void add(Finding finding) {
    finding.about = "lnZ";
    findings_.push_back(finding);
    if (chains_ != nullptr) add_of_chains(finding);
  }

  void add_of_chains(Finding finding) {
    finding.about = kEveryObservable;
    findings_.push_back(finding);
  }

  bool low_ess() {
    const WeightSummary& w = network_.weights;
    const double effective = w.ess_fraction * static_cast<double>(w.draws);
    if (effective >= kLeastEffectiveDraws && w.ess_fraction >= kLeastEss) return false;
    add({Severity::refusal, "importance_ess", "",
         fmt::format("importance ESS is {} ({:.0f} of {}): too low to carry an error bar; "
                     "train longer (raise train.steps and run again) or a larger network, of a "
                     "tensor network a larger model.chi{}",
                     percent_text(w.ess_fraction), effective, w.draws, cure()),
         w.ess_fraction, kLeastEss});
    return true;
  }

  // Both are estimates of one number. Draws of q that never reach a part of p give one that is too
  // good, and the configurations of p that lie there the other.
  bool hole() {
    if (!network_.forward) return false;
    const ForwardReport& forward = *network_.forward;
    if (forward.rhat > kForwardRhat && forward.rhat_p < kOddsOfForwardRhat) {
      findings_.push_back(
          {Severity::warning, "classical_rhat", "lnZ",
           fmt::format("the classical chains disagree among themselves (R-hat of ln p {:.3f}): the "
                       "forward ESS is that of what they reached",
                       forward.rhat),
           forward.rhat, kForwardRhat});
    }
    const double least = kLeastForwardShare * network_.weights.ess_fraction;
    if (forward.weights.ess_fraction >= least) return false;
    add({Severity::refusal, "forward_ess", "",
         fmt::format("the network misses a part of the system: forward ESS {:.2g} from {} "
                     "configurations of {}, of which {} weigh more than any of its own draws, "
                     "and {:.2g} from these{}",
                     forward.weights.ess_fraction, forward.weights.draws, forward.sampler,
                     percent_text(forward.weights.unseen), network_.weights.ess_fraction, cure()),
         forward.weights.ess_fraction, least});
    return true;
  }

  // Weights that are one number but for a tenth, of draws of q and of p, have a tail of no weight:
  // the shape of what they differ by, rounding at the end, says nothing.
  [[nodiscard]] bool is_even() const {
    return network_.weights.w_max_over_mean <= kEvenWeights &&
           (!network_.forward || network_.forward->weights.ess_fraction >= 1 / kEvenWeights);
  }

  void tail() {
    if (is_even()) return;
    double k = network_.pareto_k;
    if (network_.forward) k = std::fmax(k, network_.forward->weights.pareto_k);
    if (!(k > kMostParetoK)) return;
    const bool is_gross = k > kGrossParetoK;
    const double limit = is_gross ? kGrossParetoK : kMostParetoK;
    add({is_gross ? Severity::refusal : Severity::warning, "pareto_k", "",
         fmt::format("the tail of the weights is too heavy: Pareto k {:.2f}, above {}{}", k, limit,
                     cure()),
         k, limit});
  }

  // A chain stays at weight w for about w/Z steps.
  void stuck() {
    const double moves = chains_->acceptance * static_cast<double>(chains_->draws);
    if (chains_->never_moved == 0 || moves < kLeastMoves) return;
    add_of_chains({Severity::refusal, "stuck_chains", "",
                   fmt::format("{} of {} chains never moved: they began where the network does not "
                               "propose{}",
                               chains_->never_moved, chains_->chains, cure()),
                   static_cast<double>(chains_->never_moved), 0});
  }

  void rejections() {
    const double share =
        static_cast<double>(chains_->longest_rejection_run) / static_cast<double>(chains_->draws);
    const double moves = chains_->acceptance * static_cast<double>(chains_->draws);
    if (!(share > kMostOfRun) || moves < kLeastMoves) return;
    const bool is_gross = share > kGrossOfRun;
    const double limit = is_gross ? kGrossOfRun : kMostOfRun;
    add_of_chains({is_gross ? Severity::refusal : Severity::warning, "rejections", "",
                   fmt::format("a chain rejected {} proposals in a row, {:.0f} % of its {} draws: "
                               "more run.draws{}",
                               chains_->longest_rejection_run, 100 * share, chains_->draws, cure()),
                   share, limit});
  }

  // A variance estimated from weights of which one dominates is itself too small.
  void heavy_weight() {
    const WeightSummary& w = network_.weights;
    const double share = w.w_max_over_mean / static_cast<double>(w.draws);
    if (share <= kMostOfOne) return;
    findings_.push_back(
        {Severity::warning, "heavy_weight", "lnZ",
         fmt::format("one draw of {} carries {:.1f} % of the weight: the error of "
                     "lnZ is too small; train longer (train.steps) or with objective = mixed",
                     w.draws, 100 * share),
         share, kMostOfOne});
  }

  const NetworkReport& network_;
  const ProposalChains* chains_;
  std::string cure_;
  Findings findings_;
};

}  // namespace

Findings judge_network(const NetworkReport& network, const ProposalChains* chains,
                       const std::string& cure) {
  return NetworkJudge(network, chains, cure).judge();
}

}  // namespace nmc::drivers
