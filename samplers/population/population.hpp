#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/interfaces.hpp"
#include "core/parallel/threads.hpp"

namespace nmc {

/// What a population is weighed with: H of the configurations of a state, (chains), whatever the
/// temperature.
using PopulationEnergy = std::function<Column(const ChainState&)>;

/// Configurations of spins or labels that are walked, weighed and copied together, in chunks of a
/// fixed size, so that nothing depends on the number of threads.
class Population {
 public:
  static constexpr Index kChunk = 512;

  struct Size {
    Index rows;
    const Threads& threads;  ///< on which its chunks are walked
  };
  /// Drawn by the sampler's init().
  Population(PopulationEnergy energy, const Sampler& sampler, const Streams& streams,
             const Size& size);

  [[nodiscard]] Index rows() const { return rows_; }
  /// `steps` steps of the sampler at streams.step, streams.step + 1, ….
  void walk(const Sampler& sampler, const Streams& streams, Index steps);
  /// H of every configuration, (rows).
  [[nodiscard]] Column energy() const;
  [[nodiscard]] Column measure(const Observable& observable) const;
  /// Row i is to be there copies[i] times; their sum is rows(). Rows that stay keep their place,
  /// the further copies fill those of rows that go. Returns which row every row is now a copy of.
  std::vector<Index> resample(const std::vector<Index>& copies);

 private:
  struct Chunk {
    Index first = 0;
    ChainState state;
  };
  /// Rows that leave a chunk, packed or not.
  struct Outgoing {
    Spins spins;
    Batch x;
  };
  [[nodiscard]] static Outgoing rows_of(const ChainState& state, const std::vector<Index>& rows);
  [[nodiscard]] Column gather(const std::function<Column(const ChainState&)>& of_chunk) const;
  [[nodiscard]] Streams streams_of(const Streams& streams, const Chunk& chunk) const;

  PopulationEnergy energy_;
  Index rows_;
  const Threads& threads_;
  std::vector<Chunk> chunks_;
};

/// Systematic resampling (Kitagawa 1996): copies_i = ⌊C_i + u⌋ − ⌊C_{i−1} + u⌋ with C the running
/// sum of rows w_i / Σ w. Their sum is rows, the expectation of each is rows w_i / Σ w exactly, and
/// none differs from it by 1 or more. log_weight may lack a common constant.
[[nodiscard]] std::vector<Index> systematic_copies(const Column& log_weight, double u);

}  // namespace nmc
