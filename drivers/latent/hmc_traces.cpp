#include "drivers/latent/hmc_traces.hpp"

#include <algorithm>
#include <ctime>

#include "core/parallel/ranks.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/sample/classical_draws.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc::drivers::latent {
namespace {

constexpr Index kChains = 32, kWarmup = 100, kDraws = 400;

catalog::SamplerParts make_sampler(const std::string& name, const Source& source) {
  const catalog::SamplerEntry& entry = catalog::find_sampler(name, "");
  std::vector<OptionSpec> specs{option::text("name", name, "")};
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  const Options options = resolve_section("sampler", {}, specs, "");
  return entry.make(options, source.system(),
                    entry.needs_model ? source.network.file.model.get() : nullptr);
}

/// Those of the system's observables that the traces are about.
std::vector<const Observable*> measured(const System& system) {
  std::vector<const Observable*> some;
  for (const char* name : {"m", "abs_m", "energy", "action"})
    for (const auto& observable : system.observables)
      if (observable->name() == name) some.push_back(observable.get());
  return some;
}

SimulationOptions options_of(std::uint64_t seed) {
  SimulationOptions options;
  options.chains = kChains;
  options.warmup = kWarmup;
  options.draws = kDraws;
  options.seed = seed;
  return options;
}

}  // namespace

std::vector<HmcTrace> hmc_traces(const Source& source, std::uint64_t seed, const Threads& threads) {
  const std::vector<const Observable*> observables = measured(source.system());
  const Batch x = classical_draws(source.system(), kChains, seed + 1, threads).x;
  std::vector<HmcTrace> traces;
  for (const char* name : {"hmc", "latent_hmc"}) {
    const catalog::SamplerParts parts = make_sampler(name, source);
    SimulationOptions options = options_of(seed);
    options.start = [&](Range rows) -> Batch {
      const Batch own = x.middleRows(rows.first, rows.count);
      const Streams streams{seed, 0, static_cast<std::uint32_t>(rows.first), Purpose::init};
      return parts.latent ? parts.latent->latent(own, streams) : own;
    };
    const Ranks alone;
    Simulation simulation(*parts.sampler, observables, options, alone, threads);
    std::clock_t begin = std::clock();
    simulation.run([&](const Segment& segment) {
      if (segment.is_warmup) begin = std::clock();
      return true;
    });
    HmcTrace trace;
    trace.sampler = name;
    trace.cpu_seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    trace.seconds_per_step = trace.cpu_seconds / static_cast<double>(kChains * kDraws);
    trace.chains = kChains;
    trace.draws = kDraws;
    for (std::size_t i = 0; i < observables.size(); ++i) {
      const Batch& values = simulation.records().values[i];
      trace.names.push_back(observables[i]->name());
      trace.summaries.push_back(statistics::summarise(values));
      if (i == 0) trace.m.assign(values.col(0).begin(), values.col(0).end());
    }
    traces.push_back(std::move(trace));
  }
  return traces;
}

}  // namespace nmc::drivers::latent
