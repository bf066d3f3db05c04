#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// What tempering remembers of every row, the columns of its part of ChainState::memory. Replicas
/// carry the first ones with them; the others belong to the rung. Counts begin anew where the epoch
/// changes.
struct ReplicaMemory {
  enum Part : Index {
    label,               ///< which replica this is: the rung on which it began
    heading,             ///< +1: was last at the hot end, −1: at the cold one, 0: at neither yet
    trips,               ///< times it came back to the hot end from the cold one
    travelling,          ///< number of the parts above
    alpha = travelling,  ///< sum of the acceptance of exchanges with the rung above
    accepted,            ///< exchanges with it
    tries,               ///< attempts
    from_hot,            ///< steps that saw a replica heading +1 here
    from_any,            ///< steps that saw one heading somewhere
    steps,               ///< steps counted
    epoch,               ///< what the counts belong to
    parts
  };
};

/// Labels by rung, everything else zero.
[[nodiscard]] Batch fresh_replicas(Index rows, Index rungs, Index epoch);

/// One round of exchanges that was decided: adds to the counts and moves what replicas carry.
/// alpha(row) is the acceptance of the pair whose lower row it is, NaN for the others.
void count_exchanges(const Column& alpha, std::span<const std::uint8_t> marks, Index rungs,
                     Batch& memory);

/// Pooled over ladders, from the memory of all of them.
struct ExchangeSummary {
  Column acceptance;           ///< mean acceptance of rung r with r + 1, (rungs − 1)
  Column accepted;             ///< fraction of attempts that were accepted, (rungs − 1)
  Column hot_fraction;         ///< of the replicas seen at a rung, those that come from the hot end
  double barrier = 0;          ///< Λ = Σ (1 − acceptance)
  double round_trips = 0;      ///< of all replicas of all ladders
  double round_trip_time = 0;  ///< steps a replica takes for one, on average; infinite without any
  double best_time = 0;  ///< 2 + 2 Σ r / (1 − r), r = 1 − acceptance (Syed et al. 2022, section 3)
  Index steps = 0;       ///< counted per ladder
};
/// (rows of all ladders, ReplicaMemory::parts), the part of memory that is tempering's.
[[nodiscard]] ExchangeSummary summarise_exchanges(const Batch& memory, Index rungs);

}  // namespace nmc
