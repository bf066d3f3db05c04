#include "models/wave/shots_likelihood.hpp"

#include <cmath>
#include <complex>
#include <limits>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;

/// Calls visit(k, ⟨outcome|k⟩) of all states that an outcome meets.
template <class Visit>
void visit_met(const ProductBasis& basis, std::uint64_t outcome, const Visit& visit) {
  const double size = std::exp2(-0.5 * basis.count());
  const std::uint64_t kept = outcome & ~basis.turned;
  std::uint64_t part = 0;
  do {
    const std::uint64_t state = kept | part;
    visit(static_cast<Index>(state), size * basis.phase(outcome, state));
    part = (part - basis.turned) & basis.turned;  // the next of all subsets of its bits
  } while (part != 0);
}

}  // namespace

ShotsLikelihood::ShotsLikelihood(const Shots& shots) : total_(shots.total()) {
  require(total_ > 0, "no shots to learn from");
  for (const BasisShots& from : shots.bases()) {
    Basis& to = bases_.emplace_back(Basis{ProductBasis(from.letters), {}, {}});
    for (const auto& [outcome, count] : from.counts) {
      to.outcomes.push_back(outcome);
      to.share.push_back(count / total_);
    }
  }
}

double ShotsLikelihood::one_by_one(const Basis& shots, const Eigen::VectorXcd& psi,
                                   Eigen::VectorXcd* pull) {
  double sum = 0;
  for (std::size_t k = 0; k < shots.outcomes.size(); ++k) {
    Complex amplitude = 0;
    visit_met(shots.basis, shots.outcomes[k],
              [&](Index state, Complex u) { amplitude += u * psi(state); });
    sum += shots.share[k] * std::log(std::norm(amplitude));
    if (pull == nullptr) continue;
    const Complex factor = shots.share[k] / amplitude;
    visit_met(shots.basis, shots.outcomes[k],
              [&](Index state, Complex u) { (*pull)(state) += u * factor; });
  }
  return sum;
}

double ShotsLikelihood::by_turning(const Basis& shots, const Eigen::VectorXcd& psi,
                                   Eigen::VectorXcd* pull) {
  Eigen::VectorXcd turned = psi;
  turn(shots.basis, turned);
  Eigen::VectorXcd back = Eigen::VectorXcd::Zero(pull == nullptr ? 0 : psi.size());
  double sum = 0;
  for (std::size_t k = 0; k < shots.outcomes.size(); ++k) {
    const auto at = static_cast<Index>(shots.outcomes[k]);
    sum += shots.share[k] * std::log(std::norm(turned(at)));
    if (pull != nullptr) back(at) = shots.share[k] / turned(at);
  }
  if (pull == nullptr) return sum;
  turn_transposed(shots.basis, back);
  *pull += back;
  return sum;
}

double ShotsLikelihood::sum(const Eigen::VectorXcd& psi, Eigen::VectorXcd* pull) const {
  double sum = 0;
  for (const Basis& shots : bases_) {
    const double by_outcomes =
        static_cast<double>(shots.outcomes.size()) * std::exp2(shots.basis.count());
    const double by_states = static_cast<double>(psi.size()) * (1 + shots.basis.count());
    sum += by_outcomes <= by_states ? one_by_one(shots, psi, pull) : by_turning(shots, psi, pull);
  }
  return sum;
}

double ShotsLikelihood::nll(const Eigen::VectorXcd& psi) const {
  return std::log(psi.squaredNorm()) - sum(psi, nullptr);
}

// With G = ψ Σ (share/⟨outcome|Uψ⟩) U: d nll = 2 Re Σ (p − G) d ln ψ.
double ShotsLikelihood::nll(const Eigen::VectorXcd& psi, StateWeights& derivatives) const {
  Eigen::VectorXcd pull = Eigen::VectorXcd::Zero(psi.size());
  const double nll = std::log(psi.squaredNorm()) - sum(psi, &pull);
  const Eigen::ArrayXcd G = psi.array() * pull.array();
  derivatives.of_abs = 2 * (psi.array().abs2() / psi.squaredNorm() - G.real());
  derivatives.of_phase = 2 * G.imag();
  return nll;
}

double mean_divergence(const Eigen::VectorXcd& a, const Eigen::VectorXcd& b, const Shots& shots) {
  double sum = 0;
  for (const BasisShots& basis : shots.bases()) {
    Eigen::VectorXcd turned_a = a / a.norm(), turned_b = b / b.norm();
    turn(ProductBasis(basis.letters), turned_a);
    turn(ProductBasis(basis.letters), turned_b);
    // What rounding leaves of a probability 0 adds nothing.
    constexpr double kNothing = 1e-30;
    for (Index k = 0; k < turned_a.size(); ++k)
      if (const double p = std::norm(turned_a(k)); p > kNothing)
        sum += p * std::log(p / std::norm(turned_b(k)));
  }
  return sum / static_cast<double>(shots.bases().size());
}

}  // namespace nmc
