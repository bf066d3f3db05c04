#include "drivers/report/judge_lnz.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random/streams.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kChains = 256;

Column normals(Index count, std::uint64_t seed) {
  Batch x(count, 1);
  fill_normal({.seed = seed, .purpose = Purpose::test}, x);
  return x.col(0);
}

/// ln w of draws of a network, and of as many configurations as `of_p` holds in chains.
NetworkReport network_of(const Column& of_q, const Column& of_p, Index chains = kChains) {
  const statistics::Chains forward_weights =
      Eigen::Map<const statistics::Chains>(of_p.data(), of_p.size() / chains, chains);
  NetworkReport network;
  network.weights = statistics::summarise_weights(of_q);
  ForwardReport forward;
  forward.sampler = "swendsen_wang";
  forward.weights = statistics::summarise_forward(forward_weights, of_q);
  forward.chains = chains;
  network.lnZ_upper = forward.weights.mean_log;
  network.lnZ_upper_error = forward.weights.mean_log_error;
  network.forward = forward;
  return network;
}

/// Weights of an ESS of e^{-s²}, log-normal, Z = 1: ln w ~ N(-s²/2, s) under q, N(s²/2, s) under p.
NetworkReport log_normal(double s, std::uint64_t seed) {
  return network_of(s * normals(20000, 2 * seed) - s * s / 2,
                    s * normals(2048, 2 * seed + 1) + s * s / 2);
}

bool says(const Findings& findings, const std::string& words) {
  return findings.size() == 1 && findings[0].message.find(words) != std::string::npos;
}

// The stated rate is 3e-4 at an ESS of 0.03, and less above: 0.02 alarms are expected here.
TEST(JudgeLnz, IsSilentOfNetworksOfEveryEss) {
  std::uint64_t seed = 0;
  for (const double ess : {0.97, 0.5, 0.1, 0.03})
    for (int run = 0; run < 50; ++run) {
      NetworkReport network = log_normal(std::sqrt(-std::log(ess)), ++seed);
      network.lnZ_exact = 0;
      EXPECT_TRUE(judge_lnz(network, true).empty()) << ess << " " << seed;
    }
}

TEST(JudgeLnz, IsSilentWhereAllWeightsAreOneButForRounding) {
  NetworkReport network =
      network_of(Column::Constant(1000, 49.2028), Column::Constant(512, 49.2028));
  network.lnZ_exact = 49.2028 + 1e-10;
  EXPECT_TRUE(judge_lnz(network, true).empty());
}

TEST(JudgeLnz, RefusesALowerBoundAboveTheUpperOne) {
  const NetworkReport network = network_of(0.1 * normals(5000, 1), 0.1 * normals(2048, 2) - 0.1);
  EXPECT_TRUE(says(judge_lnz(network, false), "the lower bound of lnZ"));
  EXPECT_EQ(judge_lnz(network, false).front().severity, Severity::refusal);
  // Of few chains the error bar says too little.
  EXPECT_TRUE(judge_lnz(network_of(0.1 * normals(5000, 1), 0.1 * normals(2048, 2) - 0.1, 8), false)
                  .empty());
}

TEST(JudgeLnz, AnImportanceEstimateThatIsNotTheExactValueIsAFinding) {
  NetworkReport network = log_normal(0.7, 3);
  const double error = network.weights.log_mean_error;
  network.lnZ_exact = network.weights.log_mean + 6 * error;
  EXPECT_TRUE(says(judge_lnz(network, true), "error bars above lnZ by importance sampling"));
  EXPECT_EQ(judge_lnz(network, true).front().severity, Severity::warning);
  network.lnZ_exact = network.weights.log_mean + 9 * error;
  EXPECT_EQ(judge_lnz(network, true).front().severity, Severity::refusal);
  EXPECT_TRUE(judge_lnz(network, false).empty());  // refused as it is, it is not held to anything
  network.lnZ_exact = network.weights.log_mean - 9 * error;
  EXPECT_TRUE(says(judge_lnz(network, true), "lnZ by importance sampling"));
}

TEST(JudgeLnz, AnExactValueOutsideTheBoundsIsAFinding) {
  NetworkReport network = log_normal(0.7, 4);
  network.lnZ_exact = network.weights.mean_log - 6 * network.weights.mean_log_error;
  EXPECT_TRUE(says(judge_lnz(network, false), "the density of the network is not normalised"));
  network.lnZ_exact = network.lnZ_upper + 6 * network.lnZ_upper_error;
  EXPECT_TRUE(says(judge_lnz(network, false), "above the upper bound of lnZ"));
}

}  // namespace
}  // namespace nmc::drivers
