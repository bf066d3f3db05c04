#include <gtest/gtest.h>

#include <cmath>

#include "models/wave/rbm_wave.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "tests/models/wave/exact_sums.hpp"
#include "tests/models/wave/wave_contract.hpp"

/// Classic mistakes in ratios, scores and operators, made on purpose: the checks that hold wave
/// functions must see each of them. Their bars are 1e-12, and of the force 1e-7.
namespace nmc {
namespace {

constexpr double kSeen = 1e-4;

enum class Slip {
  none,
  conjugate,
  one_percent,
  stale_flip,
  inverted_sign,
  score_of_one,
  lost_phase
};

class SlippingChains final : public WaveChains {
 public:
  SlippingChains(Slip slip, std::unique_ptr<WaveChains> right)
      : slip_(slip), right_(std::move(right)) {}
  [[nodiscard]] Batch configurations() const override { return right_->configurations(); }
  [[nodiscard]] Column spins(Index site) const override { return right_->spins(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override {
    Amplitudes z = right_->ratios(flips);
    if (slip_ == Slip::conjugate) z.im = -z.im;
    if (slip_ == Slip::one_percent && flips[0] == 2) {
      z.re *= 1.01;
      z.im *= 1.01;
    }
    return z;
  }
  [[nodiscard]] Amplitudes inversion_ratios() const override {
    Amplitudes z = right_->inversion_ratios();
    if (slip_ == Slip::inverted_sign) z.im = -z.im;
    return z;
  }
  void flip(std::span<const Index> flips, const Column& taken) override {
    if (slip_ != Slip::stale_flip || flips.size() < 3) right_->flip(flips, taken);
  }
  void invert(const Column& taken) override { right_->invert(taken); }
  void scores(Batch& of_abs, Batch& of_phase) const override {
    right_->scores(of_abs, of_phase);
    if (slip_ == Slip::score_of_one) of_abs.col(3) *= 1.01;
    if (slip_ == Slip::lost_phase) of_phase.setZero();
  }

 private:
  Slip slip_;
  std::unique_ptr<WaveChains> right_;
};

class SlippingWave final : public WaveFunction {
 public:
  explicit SlippingWave(Slip slip)
      : slip_(slip), right_(RbmWave::random({6, 4, true, false, {}}, 0.4, 7)) {
    for (std::size_t k = 0; k < right_->parameters().size(); k += 3)  // biases too
      right_->parameters()[k] += 0.3;
    right_->parameters_changed();
  }
  [[nodiscard]] std::span<const double> parameters() const override {
    return std::as_const(*right_).parameters();
  }
  [[nodiscard]] std::span<double> parameters() override { return right_->parameters(); }
  void parameters_changed() override { right_->parameters_changed(); }
  [[nodiscard]] Index sites() const override { return right_->sites(); }
  [[nodiscard]] bool is_positive() const override { return false; }
  [[nodiscard]] bool is_even() const override { return false; }
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override { return right_->log_psi(s); }
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override {
    return std::make_unique<SlippingChains>(slip_, right_->chains(s));
  }

 private:
  Slip slip_;
  std::unique_ptr<RbmWave> right_;
};

tests::ContractDefect contract_with(Slip slip) {
  SlippingWave psi(slip);
  return tests::contract_defect(psi);
}

PauliSum open_chain(double field) {
  return transverse_ising(make_graph({{6}, {false}}), field);
}

tests::SumsDefect sums_with(Slip slip) {
  SlippingWave psi(slip);
  const PauliSum H = open_chain(0.8);
  return tests::sums_defect(psi, H, H);
}

TEST(WaveMutation, NoneIsNotSeen) {
  const tests::ContractDefect contract = contract_with(Slip::none);
  EXPECT_LT(contract.ratios, 1e-12);
  EXPECT_LT(contract.memory, 1e-11);
  EXPECT_LT(contract.scores, 1);
  const tests::SumsDefect sums = sums_with(Slip::none);
  EXPECT_LT(sums.local_energies, 1e-12);
  EXPECT_LT(sums.force, 1e-7);
}

TEST(WaveMutation, WrongRatiosAreSeenAndSoAreTheirLocalEnergies) {
  for (const Slip slip : {Slip::conjugate, Slip::one_percent}) {
    EXPECT_GT(contract_with(slip).ratios, kSeen);
    const tests::SumsDefect sums = sums_with(slip);
    EXPECT_GT(sums.local_energies, kSeen);
    EXPECT_GT(sums.force, kSeen);
  }
  EXPECT_GT(contract_with(Slip::inverted_sign).ratios, kSeen);
}

TEST(WaveMutation, SpinsThatAreNotTurnedOverAreSeen) {
  const tests::ContractDefect defect = contract_with(Slip::stale_flip);
  EXPECT_EQ(defect.spins, 1);
  EXPECT_GT(defect.ratios, kSeen);
  EXPECT_GT(defect.memory, kSeen);
}

TEST(WaveMutation, WrongScoresAreSeenAndSoIsTheirForce) {
  for (const Slip slip : {Slip::score_of_one, Slip::lost_phase}) {
    EXPECT_GT(contract_with(slip).scores, 100);
    EXPECT_GT(sums_with(slip).force, kSeen);
  }
}

TEST(WaveMutation, AnotherOperatorIsSeen) {
  SlippingWave psi(Slip::none);
  const PauliSum H = open_chain(0.8);
  for (const double field : {-0.8, 0.801}) {
    const tests::SumsDefect defect = tests::sums_defect(psi, H, open_chain(field));
    EXPECT_GT(defect.local_energies, kSeen);
    EXPECT_GT(defect.energy, kSeen);
    EXPECT_GT(defect.variance, kSeen);
  }
}

}  // namespace
}  // namespace nmc
