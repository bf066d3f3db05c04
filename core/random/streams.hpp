#pragma once

#include <cstdint>

#include "core/batch.hpp"

namespace nmc {

/// What a random number is for. Two purposes never share a number. Values are part of the
/// reproducibility promise: append, never renumber.
enum class Purpose : std::uint32_t {
  init = 1,          ///< starting configuration of a chain
  momentum = 2,      ///< HMC momenta
  accept = 3,        ///< Metropolis acceptance
  propose = 4,       ///< proposals (random walk, model draws)
  jitter = 5,        ///< HMC step jitter
  gibbs = 6,         ///< conditional draws of block Gibbs
  flip = 7,          ///< symmetry operation of a symmetrised model
  train = 8,         ///< latent draws of a training batch
  validate = 9,      ///< latent draws of a validation batch
  weights = 10,      ///< initial network weights
  data = 11,         ///< order of a data set in forward-KL training
  disorder = 12,     ///< couplings of a random system
  evaluate = 13,     ///< importance sampling after training
  spins = 14,        ///< generators of local spin updates
  extend = 15,       ///< further bits of a comparison that the first ones left undecided
  order = 16,        ///< order of sites, the same for all chains
  cluster = 17,      ///< generators of cluster moves
  swap = 18,         ///< exchanges between replicas
  resample = 19,     ///< resampling of a population
  suffix = 20,       ///< how much of a configuration is redrawn
  temperature = 21,  ///< inverse temperature of a training step
  test = 100,        ///< tests
};

/// Randomness as a function: the numbers of (seed, purpose, step, global chain). Philox4x32-10
/// (Salmon et al., SC'11) with key = seed and counter = (block, step low, chain,
/// purpose | step high << 8). Steps below 2^56, chains below 2^32.
struct Streams {
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint32_t first_chain = 0;  ///< global number of the chain in row 0 of a batch
  Purpose purpose = Purpose::test;

  [[nodiscard]] Streams with(Purpose p) const { return {seed, step, first_chain, p}; }
  /// Of a batch that begins `chains` further on.
  [[nodiscard]] Streams from_chain(Index chains) const {
    return {seed, step, first_chain + static_cast<std::uint32_t>(chains), purpose};
  }
  [[nodiscard]] Streams at_step(std::uint64_t s) const { return {seed, s, first_chain, purpose}; }
  /// Of a kernel inside a kernel, whose purposes and steps are those of the outer one too: another
  /// key, by the finaliser of splitmix64 (Steele, Lea and Flood 2014), a bijection.
  [[nodiscard]] Streams nested() const {
    std::uint64_t key = seed + 0x9E3779B97F4A7C15U;
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9U;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBU;
    return {key ^ (key >> 31), step, first_chain, purpose};
  }
};

/// Fills u(chain, i) with uniforms (k + 1/2) 2^-52, k < 2^52: all exact, none of them 0 or 1.
/// u(chain, i) depends on (seed, purpose, step, first_chain + chain, first + i) alone.
void fill_uniform(const Streams& streams, Batch& u, Index first = 0);

/// Fills z(chain, i) with standard normals (Box and Muller 1958), same dependence.
void fill_normal(const Streams& streams, Batch& z, Index first = 0);

/// One uniform per chain, the i = 0 column of fill_uniform. Shape (chains).
[[nodiscard]] Column uniform_column(const Streams& streams, Index chains);

}  // namespace nmc
