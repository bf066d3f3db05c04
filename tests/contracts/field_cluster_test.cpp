#include <gtest/gtest.h>

#include <array>
#include <bit>

#include "core/random/xoroshiro.hpp"
#include "physics/systems/phi4.hpp"
#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/field_cluster.hpp"
#include "samplers/cluster/field_cluster_walk.hpp"
#include "samplers/local/local_field.hpp"
#include "tests/contracts/all_outcomes.hpp"

namespace nmc {
namespace {

using test::AllOutcomes;

Column moduli(Index sites) {
  Batch u(1, sites);
  fill_uniform({5, 0, 0, Purpose::test}, u);
  return 0.2 + u.row(0).transpose();
}

/// All sign patterns of a field of given moduli, (states, sites).
Batch all_signs(const Column& modulus) {
  const Index sites = modulus.size();
  Batch phi(Index{1} << sites, sites);
  for (Index state = 0; state < phi.rows(); ++state)
    for (Index i = 0; i < sites; ++i)
      phi(state, i) = (state >> i & 1) != 0 ? modulus(i) : -modulus(i);
  return phi;
}

Eigen::MatrixXd sign_matrix(const FieldStencil& stencil, const Column& modulus) {
  FieldClusterWalk<AllOutcomes> walk(stencil);
  const auto turn = [&](std::int8_t* s, AllOutcomes& random) {
    Column phi(modulus.size());
    for (Index i = 0; i < phi.size(); ++i) phi(i) = s[i] * modulus(i);
    walk.turn_one(phi.data(), random);
    for (Index i = 0; i < phi.size(); ++i) s[i] = phi(i) > 0 ? 1 : -1;
  };
  return test::transition_matrix(stencil.sites, 0, turn);
}

TEST(FieldClusterContract, HoldsForTheSignsAtFixedModuli) {
  for (const Lattice& lattice : {torus({2, 2}), torus({3, 3}), Lattice{{3, 2}, {false, true}}}) {
    const Phi4 phi4(lattice, -1, 2);
    const Column modulus = moduli(phi4.sites());
    const Eigen::VectorXd pi = test::normalised(phi4.log_density(all_signs(modulus)));
    const Eigen::MatrixXd P = sign_matrix(phi4.stencil(), modulus);
    EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
    EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
  }
}

TEST(FieldClusterContract, SeesACouplingWrongByOnePercent) {
  const Phi4 phi4(torus({2, 2}), -1, 2);
  FieldStencil wrong = phi4.stencil();
  for (double& J : wrong.J) J *= 1.01;
  const Column modulus = moduli(4);
  const Eigen::VectorXd pi = test::normalised(phi4.log_density(all_signs(modulus)));
  EXPECT_GT(test::stationarity_defect(pi, sign_matrix(wrong, modulus)), 1e-4);
}

// 4000 steps from every state; 5.5 sigma at 256 counts: false alarm 1e-5 for a new seed.
TEST(FieldClusterStep, HasTheEnumeratedOdds) {
  constexpr Index kCopies = 4000;
  const Phi4 phi4(torus({2, 2}), -1, 2);
  const Column modulus = moduli(4);
  const Batch states = all_signs(modulus);
  const Eigen::MatrixXd P = sign_matrix(phi4.stencil(), modulus);
  const FieldCluster sampler(phi4, {});
  for (Index from = 0; from < states.rows(); ++from) {
    ChainState chains;
    chains.x = states.row(from).replicate(kCopies, 1);
    const Streams streams{3, static_cast<std::uint64_t>(from), 0, Purpose::test};
    sampler.init(chains, streams, kCopies);
    sampler.step(chains, streams);
    EXPECT_TRUE((chains.log_p == phi4.log_density(chains.x)).all());
    Column count = Column::Zero(states.rows());
    for (Index c = 0; c < kCopies; ++c) {
      Index to = 0;
      for (Index i = 0; i < 4; ++i) to |= Index{chains.x(c, i) > 0} << i;
      count(to) += 1;
    }
    for (Index to = 0; to < states.rows(); ++to) {
      const double p = P(from, to), expected = kCopies * p;
      if (p == 0) {
        EXPECT_EQ(count(to), 0);
      }
      if (expected > 20) {
        EXPECT_LT(std::abs(count(to) - expected), 5.5 * std::sqrt(expected * (1 - p)));
      }
    }
  }
}

/// The generator of one chain, seeded as the sampler's.
class Xoroshiro {
 public:
  explicit Xoroshiro(const Streams& streams, Index row) {
    std::array<std::uint64_t, XoroshiroBank::kRows> words{};
    seed(streams, static_cast<std::uint64_t>(streams.first_chain + row), {words.data(), 1});
    s0_ = words[0];
    s1_ = words[1];
  }
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(s0_ + s1_, 17) + s0_, mixed = s0_ ^ s1_;
    s0_ = std::rotl(s0_, 49) ^ mixed ^ mixed << 21;
    s1_ = std::rotl(mixed, 28);
    return result;
  }

 private:
  std::uint64_t s0_ = 0, s1_ = 0;
};

/// Metropolis of single sites in plain code: v < p(φ')/p(φ), from the same random words.
struct PlainSweep {
  const Phi4& phi4;
  double width;
  static double one_to_two(std::uint64_t word) {
    return std::bit_cast<double>(word >> 12 | 0x3ff0000000000001U);
  }
  double operator()(Batch& phi, Xoroshiro random) const {
    double acceptance = 0;
    for (const std::int32_t site : phi4.stencil().colours) {
      Batch proposal = phi;
      proposal(0, site) += width * (2 * one_to_two(random.next()) - 3);
      const double change = (phi4.log_density(proposal) - phi4.log_density(phi))(0);
      const double p = std::exp(std::min(0.0, change));
      acceptance += p / static_cast<double>(phi.cols());
      if (one_to_two(random.next()) - 1 < p) phi = proposal;
    }
    return acceptance;
  }
};

// The proposal is symmetric and the decision Metropolis's: detailed balance site by site.
TEST(LocalFieldStep, IsMetropolisSiteBySite) {
  for (const Lattice& lattice : {torus({4, 4}), torus({3, 2, 2}), Lattice{{5}, {false}}}) {
    const Phi4 phi4(lattice, -4, 6);
    LocalFieldOptions options;
    options.width = 0.7;
    const LocalField sampler(phi4, options);
    for (const Index chains : {1, 8, 13}) {
      const Streams streams{9, 4, 100, Purpose::test};
      ChainState state;
      sampler.init(state, streams, chains);
      const Batch before = state.x;
      const StepInfo info = sampler.step(state, streams);
      for (Index c = 0; c < chains; ++c) {
        Batch phi = before.row(c);
        const double acceptance =
            PlainSweep{phi4, 0.7}(phi, Xoroshiro(streams.with(Purpose::propose), c));
        // Differences of the whole action round to 1e-13.
        EXPECT_LT((phi - state.x.row(c)).abs().maxCoeff(), 1e-15);
        EXPECT_NEAR(acceptance, info.acceptance(c), 1e-12);
      }
      EXPECT_TRUE((state.log_p == phi4.log_density(state.x)).all());
    }
  }
}

TEST(LocalFieldSteps, AreSingleStepsOfAnyBatch) {
  const Phi4 phi4(torus({4, 4}), -4, 6);
  const LocalField local(phi4, {});
  const FieldCluster cluster(phi4, {2, 1});
  for (const Sampler* sampler :
       {static_cast<const Sampler*>(&local), static_cast<const Sampler*>(&cluster)}) {
    const Streams streams{9, 4, 100, Purpose::test};
    ChainState at_once, one_by_one, last;
    sampler->init(at_once, streams, 11);
    one_by_one = at_once;
    last.x = at_once.x.bottomRows(1);
    const Streams of_last{9, 4, 110, Purpose::test};
    sampler->init(last, of_last, 1);
    sampler->steps(at_once, streams, 3);
    sampler->steps(last, of_last, 3);
    for (std::uint64_t k = 0; k < 3; ++k) sampler->step(one_by_one, streams.at_step(4 + k));
    EXPECT_TRUE((at_once.x == one_by_one.x).all());
    EXPECT_TRUE((at_once.x.bottomRows(1) == last.x).all());
    EXPECT_TRUE((at_once.log_p.tail(1) == last.log_p).all());
  }
}

}  // namespace
}  // namespace nmc
