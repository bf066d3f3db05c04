#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/parallel/ordered_sum.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/test_densities.hpp"

/// ranks_program sum|sample|fail_all|fail_one THREADS: prints bits on rank 0, for ranks_test.py.
namespace nmc {
namespace {

std::uint64_t mix(std::uint64_t hash, double value) {
  return (hash ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001B3U;  // FNV-1a by words
}

std::uint64_t hash_of(const Column& values) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const double value : values) hash = mix(hash, value);
  return hash;
}

/// Ordered sums over 1 … 13 chunks of normals.
Column sums(const Ranks& ranks, const Threads& threads) {
  constexpr Index width = 9000;
  Column all(13 * width);
  for (Index chunks = 1; chunks <= 13; ++chunks) {
    const Range owned = ranks.share(chunks);
    Batch values(owned.count, width);
    fill_normal({1, 0, static_cast<std::uint32_t>(owned.first), Purpose::test}, values);
    Batch by_chunk = values.transpose();
    ordered_sum({&ranks, &threads}, chunks,
                {by_chunk.data(), static_cast<std::size_t>(by_chunk.size())},
                {all.data() + (chunks - 1) * width, static_cast<std::size_t>(width)});
  }
  return all;
}

Column sampled(const Ranks& ranks, const Threads& threads) {
  const test::Quartic quartic(3);
  HmcOptions hmc_options;
  hmc_options.mass = MassKind::diagonal;
  MetropolisHastings hmc = hmc_sampler(quartic, hmc_options);
  const test::Mean mean;
  SimulationOptions options;
  options.chains = 37;
  options.warmup = 60;
  options.draws = 20;
  Simulation simulation(hmc, {&mean}, options, ranks, threads);
  simulation.run();
  return ranks.gather(Eigen::Map<const Column>(simulation.records().values[0].data(),
                                               simulation.records().values[0].size()));
}

int run(const Ranks& ranks, const std::string& what, int threads) {
  if (what == "fail_all") return ranks.fail("all ranks failed", 2);
  if (what == "fail_one") {
    if (ranks.rank() >= 1) return ranks.fail("rank " + std::to_string(ranks.rank()), 3);
    ranks.barrier();  // waits for ever: the failing ranks must end it
  }
  const Column values =
      what == "sum" ? sums(ranks, Threads(threads)) : sampled(ranks, Threads(threads));
  if (ranks.is_root()) std::printf("%016llx\n", static_cast<unsigned long long>(hash_of(values)));
  return 0;
}

}  // namespace
}  // namespace nmc

int main(int argc, char** argv) {
  const nmc::Ranks ranks(argc, argv);
  if (argc != 3) return 2;
  return nmc::run(ranks, argv[1], std::atoi(argv[2]));
}
