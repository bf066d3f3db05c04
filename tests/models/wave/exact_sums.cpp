#include "tests/models/wave/exact_sums.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/roles/all_states.hpp"
#include "core/roles/local_energy.hpp"
#include "models/wave/whole_state.hpp"
#include "physics/quantum/state_vector.hpp"

namespace nmc::tests {
namespace {

Eigen::VectorXcd times(const PauliSum& H, const Eigen::VectorXcd& psi) {
  const VectorOperator whole(H);
  Eigen::VectorXcd product(psi.size());
  product.real() = whole.apply(psi.real(), Threads{});
  product.imag() = whole.apply(psi.imag(), Threads{});
  return product;
}

double energy_of(const WaveFunction& psi, const PauliSum& H) {
  const Eigen::VectorXcd whole = whole_state(psi);
  return whole.dot(times(H, whole)).real() / whole.squaredNorm();
}

}  // namespace

SumsDefect sums_defect(WaveFunction& psi, const PauliSum& H, const Operator& claimed) {
  const Batch s = -all_states(Support::spin, psi.sites());  // bit 1 of a state is spin −1
  const Eigen::VectorXcd whole = whole_state(psi);
  const Eigen::ArrayXcd plain = times(H, whole).array() / whole.array();
  const auto chains = psi.chains(s);
  const Amplitudes local = local_energies(claimed, *chains);
  const Column im = local.im.size() == 0 ? Column(Column::Zero(s.rows())) : local.im;
  SumsDefect defect;
  defect.local_energies =
      std::max((local.re - plain.real()).abs().maxCoeff(), (im - plain.imag()).abs().maxCoeff()) /
      plain.abs().maxCoeff();
  const Column weight = whole.array().abs2() / whole.squaredNorm();
  const double energy = (weight * local.re).sum(), right = energy_of(psi, H);
  defect.energy = std::abs(energy / right - 1);
  const double variance = (weight * local.squares()).sum() - energy * energy;
  const double by_vector = times(H, whole).squaredNorm() / whole.squaredNorm() - right * right;
  defect.variance = std::abs(variance - by_vector) / (right * right);
  Batch of_abs, of_phase;
  chains->scores(of_abs, of_phase);
  if (of_phase.size() == 0) of_phase = Batch::Zero(of_abs.rows(), of_abs.cols());
  constexpr double h = 1e-5;
  for (Index k = 0; k < of_abs.cols(); ++k) {
    // 2 Re F, F = ⟨O* E⟩ − ⟨O*⟩⟨E⟩, is the derivative of the energy.
    const Column a = of_abs.col(k), b = of_phase.col(k);
    const double force =
        2 * ((weight * (a * local.re + b * im)).sum() - (weight * a).sum() * energy);
    const double before = psi.parameters()[static_cast<std::size_t>(k)];
    const auto at = [&](double value) {
      psi.parameters()[static_cast<std::size_t>(k)] = value;
      psi.parameters_changed();
      return energy_of(psi, H);
    };
    const double slope = (at(before + h) - at(before - h)) / (2 * h);
    (void)at(before);
    defect.force = std::max(defect.force, std::abs(force - slope));
  }
  return defect;
}

void hold_to_state_vector(WaveFunction& psi, const PauliSum& H) {
  const SumsDefect defect = sums_defect(psi, H, H);
  EXPECT_LT(defect.local_energies, 1e-12);
  EXPECT_LT(defect.energy, 1e-12);
  EXPECT_LT(defect.variance, 1e-12);
  EXPECT_LT(defect.force, 1e-7);
}

}  // namespace nmc::tests
