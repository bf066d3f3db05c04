#include "models/wave/whole_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"

namespace nmc {
namespace {

/// States of a task; numbers do not depend on the threads that take them.
constexpr Index kStatesPerTask = 1024;

/// all_states() has spin up where the digit is 1.
Batch spins_of_states(StateRange range, Index sites) {
  return -states_in(range, Support::spin, sites);
}

Index tasks_of(Index states) {
  return (states + kStatesPerTask - 1) / kStatesPerTask;
}

StateRange range_of(Index task, Index states) {
  const Index first = task * kStatesPerTask;
  return {first, std::min(kStatesPerTask, states - first)};
}

}  // namespace

Eigen::VectorXcd whole_state(const WaveFunction& psi, const Threads& threads) {
  const Index sites = psi.sites();
  require(sites <= whole_state_limit,
          fmt::format("{} spins: all states are visited up to {}", sites, whole_state_limit));
  const Index states = Index{1} << sites;
  Column log_abs(states), phase(states);
  threads.for_each(tasks_of(states), [&](Index task) {
    const StateRange range = range_of(task, states);
    const LogPsi own = psi.log_psi(spins_of_states(range, sites));
    log_abs.segment(range.first, range.count) = own.log_abs;
    phase.segment(range.first, range.count) = own.phase;
  });
  const double most = log_abs.maxCoeff();
  if (!std::isfinite(most) || !phase.allFinite())
    throw NumericalError("the wave function is not finite on some state");
  const Column size = (log_abs - most).exp();
  Eigen::VectorXcd whole(states);
  whole.real() = (size * phase.cos()).matrix();
  whole.imag() = (size * phase.sin()).matrix();
  return whole;
}

Eigen::VectorXd pulled_back(const WaveFunction& psi, const StateWeights& weights,
                            const Threads& threads) {
  const Index states = weights.of_abs.size();
  const auto tasks = static_cast<std::size_t>(tasks_of(states));
  std::vector<Eigen::VectorXd> parts(tasks);
  threads.for_each(std::ssize(parts), [&](Index task) {
    const StateRange range = range_of(task, states);
    parts[static_cast<std::size_t>(task)] =
        psi.chains(spins_of_states(range, psi.sites()))
            ->pulled_back(weights.of_abs.segment(range.first, range.count),
                          weights.of_phase.segment(range.first, range.count));
  });
  Eigen::VectorXd sum = parts.front();
  for (std::size_t k = 1; k < tasks; ++k) sum += parts[k];
  return sum;
}

double fidelity(const Eigen::VectorXcd& a, const Eigen::VectorXcd& b) {
  return std::norm(a.dot(b)) / (a.squaredNorm() * b.squaredNorm());
}

// Row: what lies before the cut. The smaller of ψψ† and ψ†ψ has the same squares.
double renyi2(const Eigen::VectorXcd& psi, Index cut) {
  const Index before = Index{1} << cut;
  const Eigen::Map<const Eigen::MatrixXcd> matrix(psi.data(), before, psi.size() / before);
  const Eigen::MatrixXcd rho = matrix.rows() <= matrix.cols()
                                   ? Eigen::MatrixXcd(matrix * matrix.adjoint())
                                   : Eigen::MatrixXcd(matrix.adjoint() * matrix);
  return 2 * std::log(psi.squaredNorm()) - std::log(rho.squaredNorm());
}

}  // namespace nmc
