#include "samplers/ladder/replicas.hpp"

#include <cmath>

#include "core/chain_rows.hpp"

namespace nmc {
namespace {

using M = ReplicaMemory;

/// Ends of the ladder turn replicas round.
void turn(Index rungs, Batch& memory) {
  const ChainRows rows = ChainRows::among(memory.rows(), rungs);
  for (Index chain = 0; chain < rows.chains(); ++chain) {
    const Index hot = rows.row(chain, 0), cold = rows.row(chain, rungs - 1);
    if (memory(hot, M::heading) < 0) ++memory(hot, M::trips);
    memory(hot, M::heading) = 1;
    // A replica that never was at the hot end is not on a round trip yet.
    if (memory(cold, M::heading) > 0) memory(cold, M::heading) = -1;
  }
}

}  // namespace

Batch fresh_replicas(Index rows, Index rungs, Index epoch) {
  Batch memory = Batch::Zero(rows, M::parts);
  const ChainRows ladders = ChainRows::among(rows, rungs);
  for (Index row = 0; row < rows; ++row)
    memory(row, M::label) = static_cast<double>(ladders.rung_of(row));
  memory.col(M::epoch) = static_cast<double>(epoch);
  turn(rungs, memory);
  return memory;
}

void count_exchanges(const Column& alpha, std::span<const std::uint8_t> marks, Index rungs,
                     Batch& memory) {
  for (Index row = 0; row + 1 < memory.rows(); ++row) {
    if (std::isnan(alpha(row))) continue;
    memory(row, M::alpha) += alpha(row);
    ++memory(row, M::tries);
    if (marks[static_cast<std::size_t>(row)] == 0) continue;
    ++memory(row, M::accepted);
    memory.row(row).head(M::travelling).swap(memory.row(row + 1).head(M::travelling));
  }
  turn(rungs, memory);
  memory.col(M::from_hot) += (memory.col(M::heading) > 0).cast<double>();
  memory.col(M::from_any) += (memory.col(M::heading) != 0).cast<double>();
  memory.col(M::steps) += 1;
}

ExchangeSummary summarise_exchanges(const Batch& memory, Index rungs) {
  Batch total = Batch::Zero(rungs, M::parts);
  const ChainRows rows = ChainRows::among(memory.rows(), rungs);
  for (Index chain = 0; chain < rows.chains(); ++chain)
    total += memory(rows.of_chain(chain), Eigen::all);
  ExchangeSummary summary;
  const Column tries = total.col(M::tries).head(rungs - 1);
  summary.acceptance = total.col(M::alpha).head(rungs - 1) / tries;
  summary.accepted = total.col(M::accepted).head(rungs - 1) / tries;
  summary.hot_fraction = total.col(M::from_hot) / total.col(M::from_any);
  const Column rejection = 1 - summary.acceptance;
  summary.barrier = rejection.sum();
  summary.best_time = 2 + 2 * (rejection / summary.acceptance).sum();
  summary.round_trips = total.col(M::trips).sum();
  summary.round_trip_time = total.col(M::steps).sum() / summary.round_trips;
  summary.steps = memory.rows() > 0 ? static_cast<Index>(memory(0, M::steps)) : 0;
  return summary;
}

}  // namespace nmc
