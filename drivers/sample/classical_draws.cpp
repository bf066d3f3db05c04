#include "drivers/sample/classical_draws.hpp"

#include <algorithm>
#include <vector>

#include "core/chain_rows.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {
namespace {

// Side by side; each then gives a few configurations.
constexpr Index kChainsAtOnce = 256;

}  // namespace

ClassicalDraws classical_draws(const System& system, Index wanted, std::uint64_t seed,
                               const Threads& threads) {
  const Index chains = std::min(wanted, kChainsAtOnce), draws = (wanted + chains - 1) / chains;
  ClassicalDraws result{"", Batch(chains * draws, system.target->sites()), chains};
  result.sampler =
      each_classical_draw(system, {chains, draws, seed}, threads, [&](Index draw, const Batch& x) {
        for (Index chain = 0; chain < chains; ++chain)
          result.x.row(chain * draws + draw) = x.row(chain);
      });
  return result;
}

std::string each_classical_draw(const System& system, const ClassicalRun& run,
                                const Threads& threads,
                                const std::function<void(Index draw, const Batch& x)>& take) {
  const catalog::Classical classical = catalog::make_classical(system, run.chains);
  SimulationOptions options;
  options.chains = run.chains;
  options.warmup = classical.warmup;
  options.draws = run.draws;
  options.thin = classical.thin;
  options.seed = run.seed;
  options.keep_every = 1;
  options.chunk = classical.parts.sampler->traits().preferred_chunk;
  const Ranks alone;
  Simulation simulation(*classical.parts.sampler, {}, options, alone, threads);
  const Index sites = system.target->sites();
  simulation.run([&](const Segment& segment) {
    if (segment.is_warmup) return true;
    const ChainRows rows =
        ChainRows::among(simulation.local_rows().count, classical.rows_per_chain);
    using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (Index k = 0; k < segment.kept.count; ++k) {
      const Eigen::Map<const Rows> all(segment.configurations->data() + k * rows.rows() * sites,
                                       rows.rows(), sites);
      take(segment.kept.first + k, all(rows.of_rung(classical.rows_per_chain - 1), Eigen::all));
    }
    return true;
  });
  return classical.name;
}

}  // namespace nmc::drivers
