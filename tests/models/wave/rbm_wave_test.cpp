#include "models/wave/rbm_wave.hpp"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>
#include <complex>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "core/roles/local_energy.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;
using nlohmann::json;

PauliSum critical_ring(Index sites) {
  return transverse_ising(make_graph({{sites}, {true}}), 1);
}

Complex number(const json& entry) {
  return {entry["re"].get<double>(), entry["im"].get<double>()};
}

/// s of "01100…", site 0 first, 0 for +1.
Batch spins_of(const std::string& bits) {
  Batch s(1, std::ssize(bits));
  for (Index i = 0; i < s.cols(); ++i) s(0, i) = bits[static_cast<std::size_t>(i)] == '0' ? 1 : -1;
  return s;
}

/// Sums over all states, without a chain.
struct ExactSums {
  ExactSums(const WaveFunction& psi, const Operator& H)
      : s(all_states(Support::spin, psi.sites())), chains(psi.chains(s)) {
    energies = local_energies(H, *chains);
    if (energies.im.size() == 0) energies.im = Column::Zero(s.rows());
    chains->scores(of_abs, of_phase);
    if (of_phase.size() == 0) of_phase = Batch::Zero(of_abs.rows(), of_abs.cols());
    const Column log_p = 2 * psi.log_psi(s).log_abs;
    weight = (log_p - log_p.maxCoeff()).exp();
    weight /= weight.sum();
  }
  Complex mean(const Column& re, const Column& im) const {
    return {(weight * re).sum(), (weight * im).sum()};
  }
  Complex energy() const { return mean(energies.re, energies.im); }
  /// F_k = ⟨O_k* E⟩ − ⟨O_k*⟩⟨E⟩.
  Complex force(Index k) const {
    const Column a = of_abs.col(k), b = -of_phase.col(k);
    return mean(a * energies.re - b * energies.im, a * energies.im + b * energies.re) -
           mean(a, b) * energy();
  }
  Batch s;
  std::unique_ptr<WaveChains> chains;
  Amplitudes energies;
  Batch of_abs, of_phase;
  Column weight;
};

TEST(RbmWave, AgreesWithTheReferenceState) {
  const json data = json::parse(std::ifstream(tests::test_data() + "/quantum/wave_function.json"));
  RbmWave psi({8, 8, true, false, {}});
  std::size_t k = 0;
  constexpr std::size_t half = 80;
  const auto put = [&](double re, double im) {
    psi.parameters()[k] = re;
    psi.parameters()[half + k++] = im;
  };
  for (const char* name : {"a", "b"})
    for (int i = 0; i < 8; ++i) put(data["params"][name]["re"][i], data["params"][name]["im"][i]);
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 8; ++j)
      put(data["params"]["W"]["re"][i][j], data["params"]["W"]["im"][i][j]);
  psi.parameters_changed();
  for (const auto& [bits, value] : data["logpsi_some"].items()) {
    const LogPsi log_psi = psi.log_psi(spins_of(bits));
    EXPECT_NEAR(log_psi.log_abs(0), number(value).real(), 1e-12) << bits;
    EXPECT_NEAR(std::remainder(log_psi.phase(0) - number(value).imag(), 2 * M_PI), 0, 1e-12)
        << bits;
  }
  const json& ring = data["tfim_h1_periodic8"];
  const PauliSum H = critical_ring(8);
  for (const auto& [bits, value] : ring["local_energy_some"].items()) {
    const Amplitudes energy = local_energies(H, *psi.chains(spins_of(bits)));
    EXPECT_LT(std::abs(Complex(energy.re(0), energy.im(0)) - number(value)), 1e-12) << bits;
  }
  const ExactSums sums(psi, H);
  EXPECT_LT(std::abs(sums.energy() - number(ring["energy"])), 1e-12);
  const Column away = (sums.energies.re - sums.energy().real()).square() +
                      (sums.energies.im - sums.energy().imag()).square();
  EXPECT_NEAR((sums.weight * away).sum(), ring["variance"].get<double>(), 1e-12 * 10);
  for (std::size_t p = 0; p < half; ++p)
    EXPECT_LT(std::abs(sums.force(static_cast<Index>(p)) -
                       Complex(ring["force"]["re"][p], ring["force"]["im"][p])),
              1e-12)
        << p;
}

std::vector<RbmWaveShape> shapes() {
  return {{6, 5, false, false, {}},    {6, 6, false, true, {}},     {6, 4, true, false, {}},
          {6, 6, true, true, {}},      {6, 12, false, false, {6}},  {6, 6, false, true, {3, 2}},
          {6, 12, true, true, {3, 2}}, {6, 12, true, false, {2, 3}}};
}

std::unique_ptr<RbmWave> some_wave(const RbmWaveShape& shape) {
  auto psi = RbmWave::random(shape, 0.4, 7);
  for (std::size_t k = 0; k < psi->parameters().size(); k += 3) psi->parameters()[k] += 0.2;
  psi->parameters_changed();
  return psi;
}

std::string name_of(const RbmWaveShape& shape) {
  return std::to_string(shape.hidden) + " hidden, complex " + std::to_string(shape.is_complex) +
         ", even " + std::to_string(shape.is_even) + ", torus of " +
         std::to_string(shape.torus.size());
}

/// ψ(s')/ψ(s) by definition.
Complex plain_ratio(const RbmWave& psi, const Batch& s, const Batch& to, Index c) {
  const LogPsi a = psi.log_psi(s), b = psi.log_psi(to);
  return std::exp(Complex(b.log_abs(c) - a.log_abs(c), b.phase(c) - a.phase(c)));
}

Complex entry(const Amplitudes& z, Index c) {
  return {z.re(c), z.im.size() == 0 ? 0 : z.im(c)};
}

TEST(RbmWave, RatiosAndWhatChainsRememberAreThoseOfTheWaveFunctionItself) {
  for (const RbmWaveShape& shape : shapes()) {
    SCOPED_TRACE(name_of(shape));
    const auto psi = some_wave(shape);
    Batch s = all_states(Support::spin, 6).topRows(21);
    const auto chains = psi->chains(s);
    Column taken(21);
    for (Index c = 0; c < 21; ++c) taken(c) = c % 3 == 0 ? 1 : 0;
    const std::vector<std::vector<Index>> sets{{2}, {0, 5}, {1}, {1, 2, 4}, {3}};
    for (const auto& flips : sets) {
      Batch to = s;
      for (const Index i : flips) to.col(i) = -to.col(i);
      const Amplitudes ratios = chains->ratios(flips);
      for (Index c = 0; c < 21; ++c) {
        const Complex plain = plain_ratio(*psi, s, to, c);
        EXPECT_LT(std::abs(entry(ratios, c) - plain), 1e-12 * std::abs(plain));
      }
      chains->flip(flips, taken);
      for (Index c = 0; c < 21; c += 3) s.row(c) = to.row(c);
      EXPECT_TRUE((chains->configurations() == s).all());
    }
    const Amplitudes ratios = chains->inversion_ratios();
    for (Index c = 0; c < 21; ++c)
      EXPECT_LT(std::abs(entry(ratios, c) / plain_ratio(*psi, s, -s, c) - 1.0), 1e-12);
    chains->invert(taken);
    for (Index c = 0; c < 21; c += 3) s.row(c) = -s.row(c);
    EXPECT_TRUE((chains->configurations() == s).all());
    Batch of_abs, of_phase, fresh_abs, fresh_phase;
    chains->scores(of_abs, of_phase);
    psi->chains(s)->scores(fresh_abs, fresh_phase);
    EXPECT_LT((of_abs - fresh_abs).abs().maxCoeff(), 1e-12);
    if (shape.is_complex) {
      EXPECT_LT((of_phase - fresh_phase).abs().maxCoeff(), 1e-12);
    }
  }
}

TEST(RbmWave, ScoresAreTheDerivativesOfLnPsi) {
  for (const RbmWaveShape& shape : shapes()) {
    SCOPED_TRACE(name_of(shape));
    const auto psi = some_wave(shape);
    const Batch s = all_states(Support::spin, 6).topRows(13);
    Batch of_abs, of_phase;
    psi->chains(s)->scores(of_abs, of_phase);
    constexpr double h = 1e-5;
    // The third derivative is large near the zeros of complex ones.
    const double largest =
        of_abs.abs().maxCoeff() + (shape.is_complex ? of_phase.abs().maxCoeff() : 0);
    const double tolerance = 1e-9 + h * h * std::pow(largest, 3);
    for (std::size_t k = 0; k < psi->parameters().size(); ++k) {
      const double before = psi->parameters()[k];
      const auto at = [&](double value) {
        psi->parameters()[k] = value;
        psi->parameters_changed();
        return psi->log_psi(s);
      };
      const LogPsi up = at(before + h), down = at(before - h);
      (void)at(before);
      const auto col = static_cast<Index>(k);
      EXPECT_LT(((up.log_abs - down.log_abs) / (2 * h) - of_abs.col(col)).abs().maxCoeff(),
                tolerance);
      if (shape.is_complex) {
        EXPECT_LT(((up.phase - down.phase) / (2 * h) - of_phase.col(col)).abs().maxCoeff(),
                  tolerance);
      }
    }
  }
}

/// −ln |⟨ψ|φ⟩|² of states of length 1.
double distance(const LogPsi& a, const LogPsi& b) {
  Complex overlap = 0;
  double norm_a = 0, norm_b = 0;
  for (Index c = 0; c < a.phase.size(); ++c) {
    const Complex x = std::exp(Complex(a.log_abs(c), a.phase(c)));
    const Complex y = std::exp(Complex(b.log_abs(c), b.phase(c)));
    overlap += std::conj(x) * y;
    norm_a += std::norm(x);
    norm_b += std::norm(y);
  }
  return -std::log(std::norm(overlap) / (norm_a * norm_b));
}

TEST(RbmWave, CovarianceOfTheScoresIsTheMetricOfTheStates) {
  for (const RbmWaveShape& shape : {shapes()[0], shapes()[2], shapes()[6]}) {
    SCOPED_TRACE(name_of(shape));
    const auto psi = some_wave(shape);
    const ExactSums sums(*psi, critical_ring(6));
    // Rows weighted by the root of their probability stand for samples.
    const auto centred = [&](const Batch& O) {
      const Eigen::RowVectorXd mean = sums.weight.matrix().transpose() * O.matrix();
      return Eigen::MatrixXd(sums.weight.sqrt().matrix().asDiagonal() *
                             (O.matrix().rowwise() - mean));
    };
    const Eigen::MatrixXd a = centred(sums.of_abs), b = centred(sums.of_phase);
    const Eigen::MatrixXd S = a.transpose() * a + b.transpose() * b;
    const LogPsi here = psi->log_psi(sums.s);
    Eigen::VectorXd delta(S.rows());
    for (Index k = 0; k < delta.size(); ++k)
      delta(k) = std::sin(1.0 + 3.0 * static_cast<double>(k));
    const std::vector<double> before(psi->parameters().begin(), psi->parameters().end());
    const auto at = [&](double h) {
      for (std::size_t k = 0; k < before.size(); ++k)
        psi->parameters()[k] = before[k] + h * delta(static_cast<Index>(k));
      psi->parameters_changed();
      return distance(here, psi->log_psi(sums.s));
    };
    constexpr double h = 2e-4;
    const double metric = (at(h) + at(-h)) / (2 * h * h);
    EXPECT_NEAR(metric / delta.dot(S * delta), 1, 1e-5);
  }
}

TEST(RbmWave, VarianceIsZeroAtAnExactProductState) {
  PauliSum H(5);  // ψ the same everywhere is its ground state
  for (Index i = 0; i < 5; ++i) H.add(-0.3 - 0.1 * static_cast<double>(i), "X", {i});
  const RbmWave psi({5, 5, false, false, {}});
  const ExactSums sums(psi, H);
  EXPECT_LT((sums.energies.re + 2.5).abs().maxCoeff(), 1e-14);
  PauliSum tilted(5);
  const double h = 0.8, z = 0.6;
  for (Index i = 0; i < 5; ++i) {
    tilted.add(-h, "X", {i});
    tilted.add(-z, "Z", {i});
  }
  RbmWave product({5, 1, false, false, {}});
  for (std::size_t i = 0; i < 5; ++i) product.parameters()[i] = 0.5 * std::asinh(z / h);
  product.parameters_changed();
  const ExactSums exact(product, tilted);
  EXPECT_LT((exact.energies.re + 5 * std::hypot(h, z)).abs().maxCoeff(), 1e-13);
}

TEST(RbmWave, TiedByTranslationIsTheSameOnTranslatedConfigurations) {
  const auto psi = some_wave({6, 12, true, false, {3, 2}});
  const Batch s = all_states(Support::spin, 6);
  for (const auto& [dx, dy] : {std::pair<Index, Index>{1, 0}, {0, 1}, {2, 1}}) {
    Batch moved(s.rows(), 6);
    for (Index x = 0; x < 3; ++x)
      for (Index y = 0; y < 2; ++y) moved.col((x + dx) % 3 + 3 * ((y + dy) % 2)) = s.col(x + 3 * y);
    const LogPsi a = psi->log_psi(s), b = psi->log_psi(moved);
    EXPECT_LT((a.log_abs - b.log_abs).abs().maxCoeff(), 1e-13);
    EXPECT_LT((a.phase - b.phase).abs().maxCoeff(), 1e-13);
  }
  const auto even = some_wave({6, 6, false, true, {}});
  EXPECT_LT((even->log_psi(s).log_abs - even->log_psi(-s).log_abs).abs().maxCoeff(), 1e-13);
}

TEST(RbmWave, ChainsDoNotDependOnTheBatchTheySitIn) {
  const auto psi = some_wave({6, 5, false, false, {}});
  const Batch s = all_states(Support::spin, 6);
  const std::vector<Index> flips{2};
  const Column all = psi->chains(s)->ratios(flips).re;
  for (Index c = 0; c < s.rows(); c += 7)
    EXPECT_EQ(psi->chains(s.middleRows(c, 1))->ratios(flips).re(0), all(c));
}

TEST(RbmWave, RefusesHiddenUnitsThatTranslationsCannotTie) {
  for (const RbmWaveShape& shape : std::vector<RbmWaveShape>{
           {6, 5, false, false, {6}}, {6, 6, false, false, {4}}, {6, 0, false, false, {}}})
    EXPECT_THROW(RbmWave{shape}, UserError);
}

}  // namespace
}  // namespace nmc
