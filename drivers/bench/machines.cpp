#include <algorithm>
#include <array>

#include "drivers/bench/benchmark.hpp"
#include "models/energy/contrastive.hpp"
#include "models/energy/likelihood.hpp"
#include "models/energy/rbm_ais.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kVisible = 784, kHidden = 500;

/// Weights and biases as a trained machine has them in size; they cost the same whatever they are.
Rbm machine() {
  Rbm rbm = Rbm::random({kVisible, kHidden, Units::binary}, 0.05, 1);
  Batch z(1, kVisible + kHidden);
  fill_normal({.seed = 2, .purpose = Purpose::test}, z);
  for (Index k = 0; k < z.cols(); ++k)
    rbm.parameters()[static_cast<std::size_t>(k)] = 0.3 * z(0, k);
  return rbm;
}

BitRows random_rows(Index rows, Index units) {
  Batch u(rows, units);
  fill_uniform({.seed = 3, .purpose = Purpose::test}, u);
  return BitRows(0.2 - u);
}

std::vector<Measurement> gibbs() {
  const Rbm rbm = machine();
  const PackedRbm packed(rbm);
  constexpr Index kChains = 256;
  BitRows v = random_rows(kChains, kVisible), h(kChains, kHidden);
  std::uint64_t step = 0;
  Measurement sweep = time_of("rbm_gibbs_sweep_256", [&] {
    const Streams streams{.seed = 1, .step = ++step, .purpose = Purpose::gibbs};
    run_pass({.layer = packed.up, .in = v, .out = &h, .streams = streams}, Threads{});
    run_pass({.layer = packed.down,
              .in = h,
              .out = &v,
              .streams = streams,
              .first_number = packed.up.tiles()},
             Threads{});
  });
  return {sweep,
          {"rbm_gibbs_chain_sweeps", kChains / sweep.value, "sweeps/s", sweep.cpu_seconds, 1}};
}

Measurement pcd_of(Index batch) {
  const Rbm rbm = machine();
  const BitRows data = random_rows(2000, kVisible);
  ContrastiveOptions options;
  options.batch = options.chains = batch;
  options.schedule.rate = 1e-3;
  options.is_centred = false;
  const Threads threads;
  ContrastiveTraining training(rbm, data, options, threads);
  return time_of("rbm_pcd_step_" + std::to_string(batch), [&] { training.step(); });
}

std::vector<Measurement> pcd() {
  return {pcd_of(128), pcd_of(256)};
}

std::vector<Measurement> ais() {
  const Rbm rbm = machine();
  AisOptions options;
  options.temperatures = 100;
  options.chains = 256;
  Measurement run = time_of("rbm_ais_256_chains_100_temperatures", [&] {
    (void)annealed_log_z(rbm, BitRows(0, kVisible), options, Threads{});
  });
  return {run, {"rbm_ais_step", 1e6 * run.value / (256.0 * 100.0), "us", run.cpu_seconds, 1}};
}

/// The 30 bars and stripes of a 4 x 4 square.
Batch bars_and_stripes() {
  Batch all(32, 16);
  for (Index m = 0; m < 16; ++m)
    for (Index i = 0; i < 16; ++i) {
      all(m, i) = static_cast<double>(m >> (i / 4) & 1);
      all(16 + m, i) = static_cast<double>(m >> (i % 4) & 1);
    }
  return distinct_rows(all).v;
}

/// The best of three starts, with its distance to the entropy of the patterns.
std::vector<Measurement> bars() {
  const Batch patterns = bars_and_stripes();
  const WeightedRows rows = distinct_rows(patterns);
  const Threads threads;
  double best = 0;
  const auto train = [&] {
    best = 1e300;
    for (const std::uint64_t seed : {1, 2, 3}) {
      ExactTraining training(Rbm::random({16, 8, Units::binary}, 0.3, seed), rows, threads);
      for (int step = 0; step < 1000 && training.step(); ++step) continue;
      best = std::min(best, training.nll());
    }
  };
  Measurement time = time_of("rbm_bars_and_stripes", train);
  const double entropy = -(rows.weight * rows.weight.log()).sum();
  return {time, {"rbm_bars_and_stripes_gap", best - entropy, "nats", time.cpu_seconds, 1}};
}

}  // namespace

std::vector<Benchmark> machine_benchmarks() {
  return {{"rbm_gibbs", "block Gibbs of a machine of 784 x 500 units, 256 chains", gibbs},
          {"rbm_pcd", "a step of persistent contrastive divergence, batch 128 and 256", pcd},
          {"rbm_ais", "annealed importance sampling, per chain and temperature", ais},
          {"rbm_bars", "exact training on bars and stripes of 4 x 4, 8 hidden units", bars}};
}

}  // namespace nmc::drivers
