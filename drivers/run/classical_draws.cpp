#include "drivers/run/classical_draws.hpp"

#include <algorithm>
#include <vector>

#include "core/chain_rows.hpp"
#include "drivers/catalog/classical.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers {
namespace {

// Side by side; each then gives a few configurations.
constexpr Index kChainsAtOnce = 256;

}  // namespace

ClassicalDraws classical_draws(const System& system, Index wanted, std::uint64_t seed,
                               const Threads& threads) {
  const Index chains = std::min(wanted, kChainsAtOnce);
  const catalog::Classical classical = catalog::make_classical(system, chains);
  SimulationOptions options;
  options.chains = chains;
  options.warmup = classical.warmup;
  options.draws = (wanted + chains - 1) / chains;
  options.thin = classical.thin;
  options.seed = seed;
  options.keep_every = 1;
  options.chunk = classical.parts.sampler->traits().preferred_chunk;
  const Ranks alone;
  Simulation simulation(*classical.parts.sampler, {}, options, alone, threads);
  const Index sites = system.target->sites(), draws = options.draws;
  ClassicalDraws result{classical.name, Batch(chains * draws, sites), chains};
  simulation.run([&](const Segment& segment) {
    if (segment.is_warmup) return true;
    const ChainRows rows =
        ChainRows::among(simulation.local_rows().count, classical.rows_per_chain);
    using Rows = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (Index k = 0; k < segment.kept.count; ++k) {
      const Eigen::Map<const Rows> all(segment.configurations->data() + k * rows.rows() * sites,
                                       rows.rows(), sites);
      const Batch own = all(rows.of_rung(classical.rows_per_chain - 1), Eigen::all);
      for (Index chain = 0; chain < chains; ++chain)
        result.x.row(chain * draws + segment.kept.first + k) = own.row(chain);
    }
    return true;
  });
  return result;
}

}  // namespace nmc::drivers
