#include "drivers/tomography/judge_state.hpp"

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <limits>

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

LearnedState judge_state(const JudgedShots& shots, const Tomography& fit, double cpu_seconds,
                         const Threads& threads) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  LearnedState learned;
  const WaveFunction& best = fit.best();
  Eigen::VectorXcd psi = whole_state(best, threads);
  psi.normalize();
  learned.summary = shots_words(shots.all);
  learned.has_phase = best.is_positive() ? 0 : 1;
  learned.network = fmt::format(
      "restricted Boltzmann machine{} of {} parameters, L-BFGS with the "
      "exact normalisation",
      best.is_positive() ? "" : "s of an amplitude and a phase", best.parameters().size());
  learned.starts = fit.starts();
  learned.best_start = static_cast<double>(fit.best_start());
  learned.nll = ShotsLikelihood(shots.split.rest).nll(psi);
  const bool holds_out = shots.split.part.total() > 0;
  learned.held_out_nll = holds_out ? ShotsLikelihood(shots.split.part).nll(psi) : kNone;
  learned.entropy = outcome_entropy(shots.split.rest);
  learned.truth_nll = learned.fidelity = learned.divergence = kNone;
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
  learned.cpu_seconds = cpu_seconds;
  if (shots.all.sites() <= kMostStored) learned.psi = std::move(psi);
  return learned;
}

}  // namespace nmc::drivers
