#include "drivers/run/ladder_groups.hpp"

#include <vector>

#include "core/archive/xarray_group.hpp"

namespace nmc::drivers {
namespace {

using archive::Variable;

std::span<const double> numbers_of(const Column& values) {
  return {values.data(), static_cast<std::size_t>(values.size())};
}

// (draws, rows) with the rung fastest among the rows, to [chain][draw][beta].
std::vector<double> chain_draw_beta(const Batch& values, Index rungs) {
  std::vector<double> ordered;
  ordered.reserve(static_cast<std::size_t>(values.size()));
  for (Index chain = 0; chain < values.cols() / rungs; ++chain)
    for (Index draw = 0; draw < values.rows(); ++draw)
      for (Index rung = 0; rung < rungs; ++rung)
        ordered.push_back(values(draw, chain * rungs + rung));
  return ordered;
}

void write_observables(archive::File& file, const Sampled& sampled, const Plan& plan) {
  const SampledLadder& ladder = *sampled.ladder;
  const Index rungs = std::ssize(ladder.betas), chains = plan.simulation.chains;
  std::vector<std::vector<double>> ordered;
  std::vector<Variable> variables;
  for (const Batch& values : ladder.values) ordered.push_back(chain_draw_beta(values, rungs));
  bool has_pairs = false;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (plan.observables[i]->traits().has_temperature) continue;
    has_pairs = has_pairs || is_of_pairs(plan, i);
    variables.push_back({sampled.names[i],
                         {is_of_pairs(plan, i) ? "pair" : "chain", "draw", "beta"},
                         std::span<const double>(ordered[i])});
  }
  std::vector<archive::Dimension> dimensions{archive::numbered("chain", chains),
                                             archive::numbered("draw", plan.simulation.draws),
                                             {"beta", {}, ladder.betas}};
  if (has_pairs) dimensions.push_back(archive::numbered("pair", chains / 2));
  archive::write_xarray_group(file, "/ladder", dimensions, variables);
}

}  // namespace

void write_ladder(archive::File& file, const Sampled& sampled, const Plan& plan) {
  const SampledLadder& ladder = *sampled.ladder;
  const Index rungs = std::ssize(ladder.betas);
  write_observables(file, sampled, plan);
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
