#include <gtest/gtest.h>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/local/local_spins.hpp"

/// Which layout the spins of LocalSpins have, and that chains in strings are chains.
namespace nmc {
namespace {

TEST(SpinLayouts, StringsAreForFewRowsOfTheWholeJob) {
  const Ising cube(make_graph(torus({16, 16, 16})), 0.2);
  const auto layout_of = [&](Index rows) {
    return LocalSpins(cube, {LocalRule::metropolis, {}, SpinStart::random, rows}).layout();
  };
  EXPECT_EQ(layout_of(0), SpinLayout::lanes);
  EXPECT_EQ(layout_of(1), SpinLayout::strings);
  EXPECT_EQ(layout_of(32), SpinLayout::strings);
  EXPECT_EQ(layout_of(64), SpinLayout::lanes);
  EXPECT_EQ(layout_of(512), SpinLayout::lanes);
}

TEST(SpinLayouts, AChainInStringsDoesNotDependOnItsBatch) {
  const Ising ising(make_graph(torus({36, 10})), 0.44);
  const LocalSpins sampler(ising, {LocalRule::metropolis, {}, SpinStart::random, 10});
  ASSERT_EQ(sampler.layout(), SpinLayout::strings);
  const auto at = [](std::uint64_t step, std::uint32_t row) {
    return Streams{4, step, row, Purpose::init};
  };
  ChainState all, part;
  sampler.init(all, at(0, 10), 30);
  sampler.init(part, at(0, 19), 7);
  const StepInfo info = sampler.steps(all, at(5, 10), 7);
  const StepInfo part_info = sampler.steps(part, at(5, 19), 7);
  EXPECT_TRUE((all.spins.unpack().middleRows(9, 7) == part.spins.unpack()).all());
  EXPECT_TRUE((all.log_p.segment(9, 7) == part.log_p).all());
  EXPECT_TRUE((info.acceptance.segment(9, 7) == part_info.acceptance).all());
}

}  // namespace
}  // namespace nmc
