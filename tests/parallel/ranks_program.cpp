#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/parallel/bell.hpp"
#include "core/parallel/ordered_sum.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/test_densities.hpp"

/// ranks_program sum|sample|split|bell|fail_all|fail_one THREADS: prints bits on rank 0, for
/// ranks_test.py.
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

/// Ordered sums over 1 … 13 chunks of normals, in the memory of one.
Column sums(const Ranks& ranks, const Threads& threads) {
  constexpr Index width = 9000;
  Column all(13 * width);
  OrderedSum sum;
  for (Index chunks = 1; chunks <= 13; ++chunks) {
    const Range owned = ranks.share(chunks);
    Batch values(owned.count, width);
    fill_normal({1, 0, static_cast<std::uint32_t>(owned.first), Purpose::test}, values);
    sum.begin({&ranks, &threads}, chunks, width);
    threads.for_each(owned.count, [&](Index chunk) {
      std::vector<double> own = sum.zeros();
      Eigen::Map<Column>(own.data(), width) = values.row(chunk).transpose();
      sum.add(chunk, std::move(own));
    });
    const std::span<const double> total = sum.finish();
    std::ranges::copy(total, all.data() + (chunks - 1) * width);
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

/// Two parts sum apart from one another; texts of all ranks say what they were.
Column split_sums(const Ranks& ranks, const Threads& threads) {
  const int part = ranks.rank() % 2;
  const Ranks own = ranks.split(part);
  if (own.default_threads() != ranks.default_threads()) return {};
  const Column mine = sums(own, threads);
  const std::string text(static_cast<std::size_t>(ranks.rank()), static_cast<char>(0x80 + part));
  const std::vector<std::string> texts = ranks.gather(text);
  for (std::size_t r = 0; r < texts.size(); ++r)
    if (texts[r] != std::string(r, static_cast<char>(0x80 + r % 2))) return {};
  const Batch all = ranks.gather_rows(mine.transpose());
  for (Index r = 1; r < all.rows(); ++r)
    if ((all.row(r) != all.row(0)).any()) return {};
  return mine;
}

/// What every rank hears of the bell, in the end the same.
Column heard(const Ranks& ranks) {
  Bell bell(ranks);
  if (ranks.rank() % 2 == 0) {
    bell.ring(Bell::Sound::idle);
    bell.ring(Bell::Sound::idle);  // counts once
  }
  if (ranks.rank() == ranks.size() - 1) bell.ring(Bell::Sound::stop);
  while (bell.heard(Bell::Sound::stop) == 0) std::this_thread::yield();
  bell.finish();
  Column counts(2);
  counts << bell.heard(Bell::Sound::idle), bell.heard(Bell::Sound::stop);
  const bool is_right = counts(0) == (ranks.size() + 1) / 2 && counts(1) == 1;
  return ranks.any(!is_right) ? Column() : Column::Ones(1);
}

Column values_of(const std::string& what, const Ranks& ranks, const Threads& threads) {
  if (what == "sum") return sums(ranks, threads);
  if (what == "split") return split_sums(ranks, threads);
  return what == "bell" ? heard(ranks) : sampled(ranks, threads);
}

int run(const Ranks& ranks, const std::string& what, int threads) {
  if (what == "fail_all") return ranks.fail("all ranks failed", 2);
  if (what == "fail_one") {
    if (ranks.rank() >= 1) return ranks.fail("rank " + std::to_string(ranks.rank()), 3);
    ranks.barrier();  // waits for ever: the failing ranks must end it
  }
  const Column values = values_of(what, ranks, Threads(threads));
  if (values.size() == 0) return 1;
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
