#include "models/wave/met_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "core/errors.hpp"

namespace nmc {
namespace {

constexpr double kMostTerms = 1e7;

void check_terms(const Shots& shots) {
  require(shots.total() > 0, "no shots to learn from");
  double terms = 0;
  for (const BasisShots& basis : shots.bases())
    terms +=
        std::exp2(ProductBasis(basis.letters).count()) * static_cast<double>(basis.counts.size());
  require(terms <= kMostTerms,
          fmt::format("the outcomes meet {:.2g} amplitudes, 2^k of each in a basis that turns k "
                      "qubits away from Z, and at most 1e7 are visited: measure fewer of them "
                      "along X or Y at a time",
                      terms));
}

}  // namespace

MetStates::MetStates(const Shots& shots) {
  check_terms(shots);
  std::unordered_map<std::uint64_t, Index> known;
  std::vector<std::uint64_t> states;
  for (const BasisShots& from : shots.bases()) {
    const ProductBasis basis(from.letters);
    const double size = std::exp2(-0.5 * basis.count());
    for (const auto& [outcome, count] : from.counts) {
      const std::uint64_t kept = outcome & ~basis.turned;
      std::uint64_t part = 0;
      do {
        const std::uint64_t state = kept | part;
        const auto [place, is_new] = known.try_emplace(state, std::ssize(states));
        if (is_new) states.push_back(state);
        terms_.push_back({place->second, size * basis.phase(outcome, state)});
        part = (part - basis.turned) & basis.turned;  // the next of all subsets of its bits
      } while (part != 0);
      ends_.push_back(terms_.size());
      share_.push_back(count / shots.total());
    }
  }
  spins_.resize(std::ssize(states), shots.sites());
  for (Index k = 0; k < spins_.rows(); ++k)
    for (Index i = 0; i < spins_.cols(); ++i)
      spins_(k, i) = (states[static_cast<std::size_t>(k)] >> i & 1) != 0 ? -1 : 1;
}

// Of each outcome ψ over the largest one that it meets: amplitudes of many qubits leave the range
// of a double.
double MetStates::log_probability(const LogPsi& psi, StateWeights* derivatives) const {
  if (derivatives != nullptr)
    derivatives->of_abs = derivatives->of_phase = Column::Zero(spins_.rows());
  double sum = 0;
  std::size_t first = 0;
  for (std::size_t k = 0; k < ends_.size(); first = ends_[k++]) {
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t t = first; t < ends_[k]; ++t)
      most = std::max(most, psi.log_abs(terms_[t].state));
    const auto value = [&](const Term& term) {
      return term.u * std::polar(std::exp(psi.log_abs(term.state) - most), psi.phase(term.state));
    };
    std::complex<double> amplitude = 0;
    for (std::size_t t = first; t < ends_[k]; ++t) amplitude += value(terms_[t]);
    sum += share_[k] * (std::log(std::norm(amplitude)) + 2 * most);
    if (derivatives == nullptr) continue;
    for (std::size_t t = first; t < ends_[k]; ++t) {
      const std::complex<double> part = share_[k] * value(terms_[t]) / amplitude;
      derivatives->of_abs(terms_[t].state) += 2 * part.real();
      derivatives->of_phase(terms_[t].state) -= 2 * part.imag();
    }
  }
  return sum;
}

}  // namespace nmc
