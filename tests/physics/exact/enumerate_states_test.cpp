#include "physics/exact/enumerate_states.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace nmc {
namespace {

// Labels by themselves, −1 for each that is 0: with p = e^β / (e^β + 2) the heat of one is
// β² p (1 − p). A constant moves lnZ and the energy, and takes no digit of the heat or the entropy.
TEST(EnumerateStates, KeepsTheDigitsOfTheHeatFarFromZero) {
  constexpr double kBeta = 20, kSites = 4;
  const double p = 1 / (1 + 2 * std::exp(-kBeta)), rest = 2 * std::exp(-kBeta) * p;
  for (const double constant : {0.0, -4096.0}) {
    const EnergyTable table{Support::labels(3), 4, kBeta, [constant](const Batch& s) -> Column {
                              const Batch zeros = (s == 0).cast<double>();
                              return constant - sum_sites(zeros);
                            }};
    const Exact found = *enumerate_states(table, {}).value;
    const double heat = kSites * kBeta * kBeta * p * rest;
    EXPECT_NEAR(*found.heat, heat, 1e-12 * heat) << constant;
    EXPECT_NEAR(*found.energy, constant - kSites * p, 1e-12 * (1 - constant));
    EXPECT_NEAR(*found.ground_state_energy, constant - kSites, 1e-12);
    EXPECT_NEAR(*found.entropy, kSites * (-p * std::log(p) - rest * std::log(rest / 2)), 1e-15);
  }
}

}  // namespace
}  // namespace nmc
