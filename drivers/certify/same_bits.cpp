#include "drivers/certify/same_bits.hpp"

#include <cmath>
#include <vector>

#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::certify {
namespace {

constexpr Index kChains = 12, kWarmup = 40, kDraws = 8;
// Enough that what learns in warm-up has something to learn from, and moves.
constexpr Index kTunedChains = 64, kTunedWarmup = 400;

struct Division {
  Index chunk = 64;
  int threads = 1;
  bool is_stopped = false;
  std::uint64_t seed = 1;
};

SimulationOptions options_of(const Division& division) {
  SimulationOptions options;
  options.chains = kChains;
  options.warmup = kWarmup;
  options.draws = kDraws;
  options.seed = division.seed;
  options.chunk = division.chunk;
  if (division.is_stopped) options.segment_seconds = 1e-6;
  return options;
}

/// ln p of all draws.
std::vector<Batch> run_divided(const SamplerUnderTest& sampler, const Division& division) {
  const Ranks ranks;
  const Threads threads(division.threads);
  const SimulationOptions options = options_of(division);
  const catalog::SamplerParts parts = sampler.make();
  Simulation simulation(*parts.sampler, {}, options, ranks, threads);
  if (!division.is_stopped) {
    simulation.run();
    return simulation.records().values;
  }
  Index segments = 0;
  simulation.run([&](const Segment&) { return ++segments < 3; });
  const catalog::SamplerParts again = sampler.make();
  Simulation rest(*again.sampler, {}, options, ranks, threads);
  rest.resume(simulation.state(), simulation.records());
  rest.run();
  return rest.records().values;
}

/// Numbers that are not the same bit for bit, NaN like NaN.
double differences(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  Index count = std::abs(std::ssize(a) - std::ssize(b));
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    count += (a[i] != b[i] && !(a[i].isNaN() && b[i].isNaN())).count();
  return static_cast<double>(count);
}

}  // namespace

catalog::SamplerParts tuned(const SamplerUnderTest& sampler) {
  catalog::SamplerParts parts = sampler.make();
  const Ranks ranks;
  const Threads threads(1);
  SimulationOptions options = options_of({});
  options.chains = kTunedChains;
  options.warmup = kTunedWarmup;
  Simulation simulation(*parts.sampler, {}, options, ranks, threads);
  simulation.run();
  return parts;
}

void add_same_bits(const SamplerUnderTest& sampler, const std::string& subject, Checks& checks) {
  const auto plain = run_divided(sampler, {});
  const double other = differences(plain, run_divided(sampler, {.seed = 2}));
  checks.push_back({subject, "same bits in chunks, 2 threads",
                    differences(plain, run_divided(sampler, {.chunk = 3, .threads = 2})), 0, other,
                    "another seed"});
  checks.push_back({subject, "same bits after stop and resume",
                    differences(plain, run_divided(sampler, {.is_stopped = true})), 0, other,
                    "another seed"});
}

}  // namespace nmc::certify
