#include "samplers/wave/swap_ladder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <utility>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "models/wave/whole_state.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;

/// Numbers that are not small, biases too.
std::unique_ptr<WaveFunction> made_wave(Index sites, bool has_phase) {
  std::unique_ptr<WaveFunction> psi = std::make_unique<RbmWave>(RbmWaveShape{sites, sites});
  if (has_phase)
    psi = std::make_unique<PhasedWave>(std::move(psi),
                                       std::make_unique<RbmWave>(RbmWaveShape{sites, 2}));
  for (std::size_t k = 0; k < psi->parameters().size(); ++k)
    psi->parameters()[k] = 0.4 * std::sin(1.0 + 2.3 * static_cast<double>(k));
  psi->parameters_changed();
  return psi;
}

/// Amplitudes of a table, for states with zeros; it is only asked for ratios.
class TableWave final : public WaveFunction {
 public:
  explicit TableWave(Eigen::VectorXcd psi) : psi_(std::move(psi)) {}
  [[nodiscard]] std::span<const double> parameters() const override { return {}; }
  [[nodiscard]] std::span<double> parameters() override { return {}; }
  [[nodiscard]] Index sites() const override {
    return static_cast<Index>(std::lround(std::log2(static_cast<double>(psi_.size()))));
  }
  [[nodiscard]] bool is_positive() const override { return false; }
  [[nodiscard]] bool is_even() const override { return false; }
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override {
    LogPsi log{Column(s.rows()), Column(s.rows())};
    for (Index c = 0; c < s.rows(); ++c) {
      const Complex z = psi_(state_number(-s, c, Support::spin));
      log.log_abs(c) = std::log(std::abs(z));
      log.phase(c) = std::arg(z);
    }
    return log;
  }
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;

 private:
  Eigen::VectorXcd psi_;
};

class TableChains final : public WaveChains {
 public:
  TableChains(const TableWave& psi, Batch s) : psi_(psi), s_(std::move(s)) {}
  [[nodiscard]] Batch configurations() const override { return s_; }
  [[nodiscard]] Column spins(Index site) const override { return s_.col(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override {
    Batch to = s_;
    for (const Index site : flips) to.col(site) = -to.col(site);
    const LogPsi a = psi_.log_psi(s_), b = psi_.log_psi(to);
    const Column size = (b.log_abs - a.log_abs).exp(), phase = b.phase - a.phase;
    return {size * phase.cos(), size * phase.sin()};
  }
  [[nodiscard]] Amplitudes inversion_ratios() const override { return {}; }
  void flip(std::span<const Index> flips, const Column& taken) override {
    for (const Index site : flips) s_.col(site) *= 1 - 2 * taken;
  }
  void invert(const Column& taken) override { s_.colwise() *= Column(1 - 2 * taken); }
  void scores(Batch&, Batch&) const override {}

 private:
  const TableWave& psi_;
  Batch s_;
};

std::unique_ptr<WaveChains> TableWave::chains(const Batch& s) const {
  return std::make_unique<TableChains>(*this, s);
}

/// All pairs of states, one above the other.
struct AllPairs {
  explicit AllPairs(Index sites) {
    const Batch all = all_states(Support::spin, sites);
    first.resize(all.rows() * all.rows(), sites);
    second.resize(all.rows() * all.rows(), sites);
    for (Index i = 0; i < all.rows(); ++i)
      for (Index j = 0; j < all.rows(); ++j) {
        first.row(i * all.rows() + j) = all.row(i);
        second.row(i * all.rows() + j) = all.row(j);
      }
  }
  Batch first, second;
};

/// ⟨swap⟩ over all pairs of states with weight, by swap_logs().
Complex enumerated_purity(const WaveFunction& psi, Index cut) {
  const AllPairs pairs(psi.sites());
  const Column weight =
      (2 * (psi.log_psi(pairs.first).log_abs + psi.log_psi(pairs.second).log_abs)).exp();
  const SwapLogs logs = swap_logs(psi, pairs.first, pairs.second, cut);
  Complex sum = 0;
  for (Index c = 0; c < weight.size(); ++c)
    if (weight(c) > 1e-200)  // vectorised exp(-inf) is not 0
      sum += weight(c) *
             std::exp(Complex(logs.log_abs(c, cut), psi.is_positive() ? 0 : logs.phases(c, cut)));
  return sum / weight.sum();
}

TEST(SwapLogs, EnumeratedOverAllPairsGiveThePurity) {
  for (const bool has_phase : {false, true}) {
    const auto psi = made_wave(4, has_phase);
    const Eigen::VectorXcd whole = whole_state(*psi);
    for (const Index cut : {1, 2, 3}) {
      const Complex purity = enumerated_purity(*psi, cut);
      EXPECT_NEAR(-std::log(purity.real()), renyi2(whole, cut), 1e-12);
      EXPECT_NEAR(purity.imag(), 0, 1e-13);
    }
  }
}

TEST(SwapLogs, OfTheStatesOfThreeQubitsAreTheirEntropies) {
  Eigen::VectorXcd w = Eigen::VectorXcd::Zero(8), ghz = Eigen::VectorXcd::Zero(8);
  w(1) = w(2) = w(4) = 1;
  ghz(0) = ghz(7) = 1;
  EXPECT_NEAR(renyi2(w, 1), -std::log(5.0 / 9), 1e-14);
  EXPECT_NEAR(renyi2(w, 2), -std::log(5.0 / 9), 1e-14);
  EXPECT_NEAR(renyi2(ghz, 1), std::log(2.0), 1e-14);
  EXPECT_NEAR(-std::log(enumerated_purity(TableWave(w), 1).real()), -std::log(5.0 / 9), 1e-12);
  EXPECT_NEAR(-std::log(enumerated_purity(TableWave(ghz), 1).real()), std::log(2.0), 1e-12);
}

TEST(SwapChains, DrawPairsWithTheirWeight) {
  const auto psi = made_wave(2, true);
  const AllPairs pairs(2);
  constexpr Index kChains = 20000;
  for (const Index cut : {0, 1}) {
    const Column log_w =
        2 * (psi->log_psi(pairs.first).log_abs + psi->log_psi(pairs.second).log_abs) +
        swap_logs(*psi, pairs.first, pairs.second, 1).log_abs.col(cut);
    const Column p = log_w.exp() / log_w.exp().sum();
    Streams streams{3, 0, 0, Purpose::swap};
    SwapChains chains(*psi, cut, streams, kChains);
    for (int k = 0; k < 30; ++k) {
      ++streams.step;
      (void)chains.sweep(streams);
    }
    Column counts = Column::Zero(16);
    for (Index c = 0; c < kChains; ++c)
      counts(state_number(chains.first(), c, Support::spin) * 4 +
             state_number(chains.second(), c, Support::spin)) += 1;
    const Column expected = p * static_cast<double>(kChains);
    const double chi2 = ((counts - expected).square() / expected).sum();
    EXPECT_LT(chi2, 44.3);  // 15 degrees of freedom, one false alarm in 1e4
  }
}

TEST(SwapLadder, FindsTheEntropiesOfTheState) {
  for (const bool has_phase : {false, true}) {
    const auto psi = made_wave(6, has_phase);
    const Eigen::VectorXcd whole = whole_state(*psi);
    SwapLadderOptions options{{1, 2, 3}};
    options.draws = 300;
    for (const SwapEntropy& found : renyi2_by_swap(*psi, options)) {
      const double exact = renyi2(whole, found.cut);
      EXPECT_LT(found.entropy.error, 0.02);
      // Of groups of 16: t with 15 degrees of freedom, one false alarm in 1e4 for each of six.
      EXPECT_LT(std::abs(found.entropy.value - exact), 5.2 * found.entropy.error)
          << found.cut << " " << found.entropy.value << " " << exact;
      EXPECT_LT(found.rhat, 1.1);
      EXPECT_EQ(found.sign.error > 0, has_phase);
    }
  }
}

TEST(SwapLadder, DoesNotDependOnThreads) {
  const auto psi = made_wave(5, false);
  SwapLadderOptions options{{1, 2}};
  options.draws = 20;
  const auto one = renyi2_by_swap(*psi, options), two = renyi2_by_swap(*psi, options, Threads(2));
  for (std::size_t k = 0; k < one.size(); ++k)
    EXPECT_EQ(one[k].entropy.value, two[k].entropy.value);
}

TEST(SwapLadder, RefusesCutsThatAreNone) {
  const auto psi = made_wave(4, false);
  EXPECT_THROW((void)renyi2_by_swap(*psi, {{2, 1}}), UserError);
  EXPECT_THROW((void)renyi2_by_swap(*psi, {{5}}), UserError);
  SwapLadderOptions few{{1}};
  few.chains = 8;
  EXPECT_THROW((void)renyi2_by_swap(*psi, few), UserError);
}

}  // namespace
}  // namespace nmc
