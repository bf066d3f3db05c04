#pragma once

#include "core/roles/spin_target.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc::test {

/// The bit sweeps of LocalSpins, row by row with one number per decision: the same random bits,
/// put together as numbers of 64 bits and compared as such.
struct PlainSweep {
  LocalRule rule = LocalRule::metropolis;
  std::vector<double> betas;
};

/// One sweep over spins in lanes in the given order of sites.
void plain_lane_sweep(const Graph& graph, const PlainSweep& sweep,
                      const std::vector<std::uint32_t>& order, const Streams& streams,
                      Spins& spins);

/// The same in vectors of eight sites of one colour and degree, of the groups from global number
/// `whole` on.
void plain_site_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                      Index whole, Spins& spins);

/// One checkerboard sweep of a torus in strips.
void plain_strip_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                       Spins& spins);

/// One sweep of a lattice in strings, by the bonds of the graph: of an even torus without a field.
void plain_string_sweep(const Graph& graph, const PlainSweep& sweep, const Streams& streams,
                        Spins& spins);

/// The same of any other lattice in strings, periodic in the directions given.
void plain_any_string_sweep(const Graph& graph, const PlainSweep& sweep,
                            const std::vector<bool>& periodic, const Streams& streams,
                            Spins& spins);

/// One sweep of tiles, every decision in double.
void plain_real_sweep(const Graph& graph, const PlainSweep& sweep,
                      const std::vector<std::uint32_t>& order, const Streams& streams,
                      Spins& spins);

}  // namespace nmc::test
