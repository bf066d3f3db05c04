#include "drivers/tomography/judge_state.hpp"

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <limits>
#include <utility>

namespace nmc::drivers {
namespace {

/// Qubits up to which a file holds all amplitudes.
constexpr Index kMostStored = 16;

/// Mean over the shots of the entropy of the outcomes of their basis.
double outcome_entropy(const Shots& shots) {
  double sum = 0;
  for (const BasisShots& basis : shots.bases()) {
    const double total = basis.total();
    for (const auto& [outcome, count] : basis.counts) sum -= count * std::log(count / total);
  }
  return sum / shots.total();
}

/// How far the nll of shots of the state itself may lie above the entropy of their outcomes: 2n
/// times the difference has the distribution of chi squared with a degree of freedom for each
/// outcome but one of every basis; a mean of 1.25 for each is above that of few shots, and six
/// deviations are a false alarm in 10^8.
double nll_scatter(const Shots& shots) {
  constexpr double kMean = 1.25, kDeviations = 6;
  const double cells = static_cast<double>(shots.bases().size()) *
                       (std::pow(2.0, static_cast<double>(shots.sites())) - 1);
  return (kMean * cells + kDeviations * std::sqrt(2 * kMean * cells)) / (2 * shots.total());
}

/// States that came at least once among the shots of a basis, if it were along Z.
std::vector<std::uint64_t> likely_states(const Eigen::VectorXcd& psi, const Shots& shots) {
  const double per_basis = shots.total() / static_cast<double>(shots.bases().size());
  std::vector<std::uint64_t> states;
  for (Index k = 0; k < psi.size(); ++k)
    if (std::norm(psi(k)) * per_basis >= 1) states.push_back(static_cast<std::uint64_t>(k));
  return states;
}

std::string shots_words(const Shots& shots) {
  return fmt::format("tomography of {} qubits from {:.0f} shots in {} {}", shots.sites(),
                     shots.total(), shots.bases().size(),
                     shots.bases().size() == 1 ? "basis" : "bases");
}

}  // namespace

LearnedState begin_judgement(const JudgedShots& shots, const FittedState& fitted) {
  LearnedState learned;
  learned.summary = shots_words(shots.all);
  const bool is_positive = fitted.psi.is_positive();
  learned.has_phase = is_positive ? 0 : 1;
  learned.is_turned = shots.all.is_turned() ? 1 : 0;
  learned.network = fmt::format("restricted Boltzmann machine{} of {} parameters, {}",
                                is_positive ? "" : "s of an amplitude and a phase",
                                fitted.psi.parameters().size(), fitted.method);
  learned.starts = fitted.starts;
  learned.best_start = static_cast<double>(fitted.best_start);
  learned.entropy = outcome_entropy(shots.split.rest);
  learned.nll = learned.held_out_nll = learned.truth_nll = learned.fidelity = learned.divergence =
      std::numeric_limits<double>::quiet_NaN();
  learned.cpu_seconds = fitted.cpu_seconds;
  return learned;
}

void set_misfit(const Shots& learned_from, LearnedState& learned) {
  learned.misfit =
      learned.nll - learned.entropy - nll_scatter(learned_from) - 3 * learned.nll_error;
}

LearnedState judge_state(const JudgedShots& shots, const FittedState& fitted,
                         const Threads& threads) {
  LearnedState learned = begin_judgement(shots, fitted);
  const WaveFunction& best = fitted.psi;
  Eigen::VectorXcd psi = whole_state(best, threads);
  psi.normalize();
  learned.nll = ShotsLikelihood(shots.split.rest).nll(psi);
  set_misfit(shots.split.rest, learned);
  if (shots.split.part.total() > 0)
    learned.held_out_nll = ShotsLikelihood(shots.split.part).nll(psi);
  if (shots.truth != nullptr) {
    learned.truth = shots.truth->name;
    learned.truth_nll = ShotsLikelihood(shots.split.rest).nll(shots.truth->psi);
    learned.fidelity = fidelity(shots.truth->psi, psi);
    learned.divergence = mean_divergence(shots.truth->psi, psi, shots.all);
  }
  if (!best.is_positive()) {
    learned.phase_groups =
        static_cast<double>(count_phase_groups(likely_states(psi, shots.all), shots.all));
    // Of a real state, up to a phase of the whole, the conjugate is the state itself.
    constexpr double kSame = 0.99;
    const bool is_real = fidelity(psi, psi.conjugate()) > kSame;
    learned.is_conjugate_open = !shots.all.has_y() && !is_real ? 1 : 0;
  }
  if (shots.all.sites() <= kMostStored) learned.psi = std::move(psi);
  return learned;
}

}  // namespace nmc::drivers
