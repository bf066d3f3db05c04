#include "models/wave/ground_state_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "models/wave/rbm_wave.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/free_fermions.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc {
namespace {

/// A search on the critical ring of 8 spins with all that it is made of.
struct RingSearch {
  explicit RingSearch(const SearchOptions& options, bool is_complex = false, int threads = 1)
      : psi(RbmWave::random({8, 16, is_complex, true, {8}}, 0.05, 1)),
        sampler(*psi, {}),
        threads_(threads),
        search({H, *psi, sampler, {&ranks_, &threads_}}, options) {}
  Graph graph = make_graph({{8}, {true}});
  PauliSum H = transverse_ising(graph, 1);
  std::unique_ptr<RbmWave> psi;
  WaveMetropolis sampler;
  Ranks ranks_;
  Threads threads_;
  GroundStateSearch search;
};

SearchOptions short_search(Index steps) {
  SearchOptions options;
  options.steps = steps;
  options.samples = 500;
  options.chains = 33;
  options.schedule = {0.05, steps, 0, Decay::cosine};
  return options;
}

TEST(GroundStateSearch, ReachesTheEnergyOfFreeFermions) {
  for (const bool is_complex : {false, true}) {
    RingSearch ring(short_search(200), is_complex);
    SearchRecord last;
    while (ring.search.steps_done() < 200) last = ring.search.step();
    const double exact = *free_fermions(ring.graph, 1)->energy;
    EXPECT_LT(last.variance, 0.05);
    EXPECT_LT(std::abs(last.energy - exact), 1e-3 * std::abs(exact) + 5 * last.error);
  }
}

TEST(GroundStateSearch, GoesOnFromItsStateBitForBitOnAnyNumberOfThreads) {
  for (const bool uses_adam : {false, true}) {
    SearchOptions options = short_search(6);
    options.uses_adam = uses_adam;
    options.reconfiguration.momentum = uses_adam ? 0 : 0.5;
    RingSearch whole(options), half(options, false, 2), other(options);
    for (int k = 0; k < 6; ++k) (void)whole.search.step();
    for (int k = 0; k < 3; ++k) (void)half.search.step();
    other.search.set_state(half.search.state());
    for (int k = 0; k < 3; ++k) (void)other.search.step();
    EXPECT_TRUE(std::ranges::equal(std::as_const(*whole.psi).parameters(),
                                   std::as_const(*other.psi).parameters()));
  }
}

// Four blocks of scores, of which one or two fit: the others are made again.
TEST(GroundStateSearch, GivesTheSameBitsWhereScoresDoNotFit) {
  for (const bool is_complex : {false, true})
    for (const Reconfigure form : {Reconfigure::parameters, Reconfigure::samples}) {
      SearchOptions options = short_search(3);
      options.samples = 1600;
      options.reconfiguration = {form, 0.5};
      RingSearch whole(options, is_complex);
      const Index least = GroundStateSearch::least_held(options, *whole.psi);
      EXPECT_LT(least, GroundStateSearch::most_held(options, *whole.psi));
      options.memory = GroundStateSearch::bytes(options, *whole.psi, least);
      RingSearch blocks(options, is_complex, 2);
      for (int k = 0; k < 3; ++k) (void)whole.search.step();
      for (int k = 0; k < 3; ++k) (void)blocks.search.step();
      EXPECT_TRUE(std::ranges::equal(std::as_const(*whole.psi).parameters(),
                                     std::as_const(*blocks.psi).parameters()));
      options.memory *= 0.9;
      EXPECT_THROW(RingSearch(options, is_complex), UserError);
    }
}

TEST(GroundStateSearch, RefusesAnOperatorOfAnotherSystem) {
  RingSearch ring(short_search(2));
  const PauliSum other = transverse_ising(make_graph({{6}, {true}}), 1);
  EXPECT_THROW(GroundStateSearch({other, *ring.psi, ring.sampler, {&ring.ranks_, &ring.threads_}},
                                 short_search(2)),
               UserError);
}

}  // namespace
}  // namespace nmc
