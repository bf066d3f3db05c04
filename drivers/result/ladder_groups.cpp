#include "drivers/result/ladder_groups.hpp"

#include "core/archive/xarray_group.hpp"

namespace nmc::drivers {
namespace {

std::span<const double> numbers_of(const Column& values) {
  return {values.data(), static_cast<std::size_t>(values.size())};
}

}  // namespace

void write_ladder(archive::File& file, const Sampled& sampled, const Plan& plan) {
  const SampledLadder& ladder = *sampled.ladder;
  const Index rungs = std::ssize(ladder.betas);
  file.set_attribute("/ladder", "bin", static_cast<std::int64_t>(plan.simulation.bin));
  file.set_attribute("/ladder", "own_rung", static_cast<std::int64_t>(ladder.own_rung));
  const ExchangeSummary swaps = summarise_exchanges(ladder.replicas, rungs);
  archive::write_xarray_group(file, "/swaps",
                              {archive::numbered("pair", rungs - 1), {"beta", {}, ladder.betas}},
                              {{"acceptance", {"pair"}, numbers_of(swaps.acceptance)},
                               {"accepted", {"pair"}, numbers_of(swaps.accepted)},
                               {"hot_fraction", {"beta"}, numbers_of(swaps.hot_fraction)}});
  file.set_attribute("/swaps", "barrier", swaps.barrier);
  file.set_attribute("/swaps", "round_trips", swaps.round_trips);
  file.set_attribute("/swaps", "round_trip_time", swaps.round_trip_time);
  file.set_attribute("/swaps", "best_round_trip_time", swaps.best_time);
  file.set_attribute("/swaps", "steps", static_cast<std::int64_t>(swaps.steps));
  file.set_attribute("/swaps", "swap_every",
                     static_cast<std::int64_t>(plan.tempering->swap_every()));
}

}  // namespace nmc::drivers
