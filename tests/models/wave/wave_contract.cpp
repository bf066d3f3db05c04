#include "tests/models/wave/wave_contract.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/roles/all_states.hpp"

namespace nmc::tests {
namespace {

using Complex = std::complex<double>;

constexpr Index kChains = 21;

Complex ratio_of(const WaveFunction& psi, const Batch& s, const Batch& to, Index c) {
  const LogPsi a = psi.log_psi(s), b = psi.log_psi(to);
  return std::exp(Complex(b.log_abs(c) - a.log_abs(c), b.phase(c) - a.phase(c)));
}

double ratio_defect(const Amplitudes& z, const WaveFunction& psi, const Batch& s, const Batch& to) {
  double most = 0;
  for (Index c = 0; c < s.rows(); ++c) {
    const Complex own(z.re(c), z.im.size() == 0 ? 0 : z.im(c));
    most = std::max(most, std::abs(own / ratio_of(psi, s, to, c) - 1.0));
  }
  return most;
}

double largest_difference(const Batch& a, const Batch& b) {
  if (a.size() != b.size()) return 1;
  return a.size() == 0 ? 0 : (a - b).abs().maxCoeff();
}

/// Turns every third chain over, set of spins by set of spins, and then all spins.
void walk(const WaveFunction& psi, ContractDefect& defect) {
  Batch s = all_states(Support::spin, psi.sites()).topRows(kChains);
  const auto chains = psi.chains(s);
  Column taken(kChains);
  for (Index c = 0; c < kChains; ++c) taken(c) = c % 3 == 0 ? 1 : 0;
  const Index last = psi.sites() - 1;
  const std::vector<std::vector<Index>> sets{{2}, {0, last}, {last}, {1, 2, 4}, {0}};
  const auto compare_spins = [&] {
    if (!(chains->configurations() == s).all()) defect.spins = 1;
    for (Index i = 0; i < psi.sites(); ++i)
      if (!(chains->spins(i) == s.col(i)).all()) defect.spins = 1;
  };
  for (const auto& flips : sets) {
    Batch to = s;
    for (const Index i : flips) to.col(i) = -to.col(i);
    defect.ratios = std::max(defect.ratios, ratio_defect(chains->ratios(flips), psi, s, to));
    chains->flip(flips, taken);
    for (Index c = 0; c < kChains; c += 3) s.row(c) = to.row(c);
    compare_spins();
  }
  defect.ratios = std::max(defect.ratios, ratio_defect(chains->inversion_ratios(), psi, s, -s));
  chains->invert(taken);
  for (Index c = 0; c < kChains; c += 3) s.row(c) = -s.row(c);
  compare_spins();
  Batch of_abs, of_phase, fresh_abs, fresh_phase;
  chains->scores(of_abs, of_phase);
  psi.chains(s)->scores(fresh_abs, fresh_phase);
  defect.memory =
      std::max(largest_difference(of_abs, fresh_abs), largest_difference(of_phase, fresh_phase));
  if ((of_phase.size() == 0) != psi.is_real()) defect.memory = 1;
}

void compare_sums(const WaveChains& chains, const Batch& s, ContractDefect& defect) {
  const Column u = s.col(0) + 0.3 * s.col(1) + 0.7, v = 0.2 - s.col(2);
  for (const Column& of_phase : {v, Column()}) {
    const Eigen::VectorXd own = chains.pulled_back(u, of_phase),
                          plain = chains.WaveChains::pulled_back(u, of_phase);
    defect.pulled = std::max(defect.pulled, (own - plain).cwiseAbs().maxCoeff());
  }
}

}  // namespace

ContractDefect contract_defect(WaveFunction& psi) {
  ContractDefect defect;
  walk(psi, defect);
  const Batch s = all_states(Support::spin, psi.sites()).topRows(13);
  Batch of_abs, of_phase;
  const auto chains = psi.chains(s);
  chains->scores(of_abs, of_phase);
  if (of_phase.size() == 0) of_phase = Batch::Zero(of_abs.rows(), of_abs.cols());
  compare_sums(*chains, s, defect);
  // The third derivative is large near zeros of ψ.
  constexpr double h = 1e-5;
  const double largest = of_abs.abs().maxCoeff() + of_phase.abs().maxCoeff();
  const double error = 1e-9 + h * h * std::pow(largest, 3);
  for (std::size_t k = 0; k < psi.parameters().size(); ++k) {
    const double before = psi.parameters()[k];
    const auto moved = [&](double value) {
      psi.parameters()[k] = value;
      psi.parameters_changed();
      return psi.log_psi(s);
    };
    const LogPsi up = moved(before + h), down = moved(before - h);
    (void)moved(before);
    const auto col = static_cast<Index>(k);
    const Column abs_slope = (up.log_abs - down.log_abs) / (2 * h),
                 phase_slope = (up.phase - down.phase) / (2 * h);
    const double away = std::max((abs_slope - of_abs.col(col)).abs().maxCoeff(),
                                 (phase_slope - of_phase.col(col)).abs().maxCoeff());
    defect.scores = std::max(defect.scores, away / error);
  }
  return defect;
}

void hold_to_contract(WaveFunction& psi) {
  const ContractDefect defect = contract_defect(psi);
  EXPECT_LT(defect.ratios, 1e-12);
  EXPECT_EQ(defect.spins, 0);
  EXPECT_LT(defect.memory, 1e-11);
  EXPECT_LT(defect.scores, 1);
  EXPECT_LT(defect.pulled, 1e-11);
}

}  // namespace nmc::tests
