#include <gtest/gtest.h>

#include <algorithm>

#include "physics/systems/ising.hpp"
#include "tests/samplers/local/local_cases.hpp"
#include "tests/samplers/local/local_reference.hpp"

/// Eight sites of 64 chains at a time against plain sweeps that draw the same random bits.
namespace nmc {
namespace {

using test::at;
using test::Case;
using test::cases;
using test::glass;
using test::in_order;
using test::LocalKernels;
using test::started;

// With the number of rows known, groups that fill no vector of 512 chains take eight sites at once:
// all of them, the last of nine, those of a batch in the middle.
class SiteKernels : public LocalKernels {};

TEST_F(SiteKernels, SitesSideBySideEqualThePlainSweepBitForBit) {
  for (const Case& c : cases())
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const Ising ising(c.graph, 0.5);
      const Index rows = c.first_row + c.rows, groups = (rows + 63) / 64;
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random, rows}, c.betas);
      ASSERT_EQ(sampler.layout(), SpinLayout::lanes) << c.name;
      const ChainState start = started(sampler, c.rows, c.first_row);
      Spins plain = start.spins;
      const Index whole = groups / 8 * 8;
      for (std::uint64_t step = 1; step <= 8; ++step) {
        Spins lanes = plain;
        test::plain_lane_sweep(c.graph, {rule, c.betas}, in_order(sampler, c.graph),
                               at(step, c.first_row), lanes);
        test::plain_site_sweep(c.graph, {rule, c.betas}, at(step, c.first_row), whole, plain);
        for (Index row = 0; row < std::min(c.rows, 64 * whole - c.first_row); ++row)
          for (Index site = 0; site < c.graph.sites; ++site)
            plain.set(row, site, lanes.is_up(row, site));
      }
      on_all_targets([&] {
        ChainState state = start;
        sampler.steps(state, at(1, c.first_row), 8);
        EXPECT_EQ((state.spins.unpack() != plain.unpack()).count(), 0) << c.name;
      });
    }
}

TEST(LocalSpins, AChainWhoseSitesAreSideBySideDoesNotDependOnItsBatch) {
  const Ising ising(glass({5, 4}, true), 0.6);
  for (const Index rows : {310, 1000}) {
    const LocalSpins sampler(ising, {LocalRule::metropolis, {}, SpinStart::random, rows});
    ASSERT_EQ(sampler.layout(), SpinLayout::lanes);
    ChainState all = started(sampler, rows, 0), part = started(sampler, 171, rows - 171);
    const StepInfo info = sampler.steps(all, at(5, 0), 7);
    const StepInfo part_info =
        sampler.steps(part, at(5, static_cast<std::uint32_t>(rows - 171)), 7);
    EXPECT_TRUE((all.spins.unpack().bottomRows(171) == part.spins.unpack()).all());
    EXPECT_TRUE((all.log_p.tail(171) == part.log_p).all());
    EXPECT_TRUE((info.acceptance.tail(171) == part_info.acceptance).all());
  }
}

}  // namespace
}  // namespace nmc
