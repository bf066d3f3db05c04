#include "drivers/run/make_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/options/did_you_mean.hpp"
#include "core/options/parse_bytes.hpp"
#include "core/options/parse_values.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "drivers/job/resolve_ground_state.hpp"
#include "drivers/result/variates_group.hpp"
#include "drivers/run/plan_model.hpp"
#include "drivers/sample/stop_rule.hpp"
#include "drivers/search/plan_wave.hpp"
#include "physics/observables/angle_spectrum.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/spectrum.hpp"

namespace nmc::drivers {
namespace {

bool is_measured(const Observable& observable, MeasuredOn on) {
  if (on == MeasuredOn::pairs) return true;
  return !observable.traits().is_of_pairs &&
         (on == MeasuredOn::chains || !observable.traits().has_temperature);
}

// "none", "all" or "every N" to 0, 1 or N.
Index read_every(const Options& output, const char* key) {
  const std::string& text = output.text(key);
  if (text == "none" || text.empty()) return 0;
  if (text == "all") return 1;
  if (!text.starts_with("every "))
    output.fail(key, fmt::format("{} = {}: write none, all or every N", key, text));
  const Index every = parse_integer(key, text.substr(6));
  if (every < 1) output.fail(key, "every N needs N of 1 or more");
  return every;
}

// Overlaps need chains in pairs, and what holds one temperature says nothing about a population on
// its way through many: a default without them is no surprise.
std::vector<std::string> default_columns(const System& system, MeasuredOn on) {
  std::vector<std::string> names = system.default_observables;
  for (const auto& observable : system.observables)
    if (!is_measured(*observable, on)) std::erase(names, observable->name());
  return names;
}

std::vector<std::string> wanted_columns(const Job& job, const System& system, MeasuredOn on) {
  std::vector<std::string> names = job.output.list("observables");
  if (names.empty()) names = default_columns(system, on);
  std::vector<std::string> columns;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
  };
  for (const std::string& name : names) {
    const auto derived = std::ranges::find_if(
        system.derived, [&](const Derived& candidate) { return candidate.name == name; });
    if (derived == system.derived.end())
      add(name);
    else
      std::ranges::for_each(derived->inputs, add);
  }
  return columns;
}

SimulationOptions read_simulation(const Job& job, const Ranks& ranks) {
  SimulationOptions options;
  options.chains = job.sampler.integer("chains");
  options.warmup = job.run.integer("warmup");
  options.draws = job.run.integer("draws");
  options.thin = job.run.integer("thin");
  options.bin = job.run.integer("bin");
  options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  options.keep_every = read_every(job.output, "configurations");
  if (options.chains < ranks.size())
    job.sampler.fail("chains", fmt::format("{} ranks and {} chains: start at most {} processes, or "
                                           "set sampler.chains",
                                           ranks.size(), options.chains, options.chains));
  return options;
}

// The shortest warm-up of which an adapted ladder makes use: its rounds end at 1/2, 1/4, ….
constexpr Index kLeastAdaptation = 32;

// Where the system has it and the job did not ask for it.
void add_observable(const std::string& name, Plan& plan) {
  const auto is_it = [&](const auto& observable) { return observable->name() == name; };
  const auto found = std::ranges::find_if(plan.system.observables, is_it);
  if (found != plan.system.observables.end() && std::ranges::none_of(plan.observables, is_it))
    plan.observables.push_back(found->get());
}

void find_ladder(const Job& job, Plan& plan) {
  plan.tempering = plan.sampler.tempering;
  if (plan.tempering == nullptr) return;
  const auto& betas = plan.tempering->betas();
  plan.own_rung = std::ranges::find(betas, plan.system.beta) - betas.begin();
  // lnZ over the ladder comes from the energy, and from its square where draws are means.
  if (plan.system.is_boltzmann) add_observable("energy", plan);
  if (plan.system.is_boltzmann && plan.simulation.bin > 1) add_observable("energy2", plan);
  if (plan.tempering->adapts_ladder() && plan.simulation.warmup < kLeastAdaptation)
    job.run.fail("warmup", fmt::format("a ladder is adapted in warm-up, and {} steps are too few: "
                                       "set run.warmup to {} or more, or give sampler.ladder",
                                       plan.simulation.warmup, kLeastAdaptation));
}

// A network that learns from the chains does so in warm-up.
void check_adaptation(const Job& job) {
  if (job.run.integer("warmup") > 0) return;
  for (const ResolvedOption& option : job.sampler.all())
    if ((option.spec.name == "adapt" || option.spec.name.ends_with(".adapt")) &&
        job.sampler.flag(option.spec.name))
      job.run.fail("warmup", fmt::format("the network learns from the chains in warm-up, and "
                                         "warmup = 0 has none: set run.warmup, or leave {} out",
                                         option.spec.name));
}

void check_pairs(const Job& job, const Plan& plan, const Ranks& ranks) {
  const Index chains = plan.simulation.chains;
  for (const Observable* observable : plan.observables) {
    if (!observable->traits().is_of_pairs) continue;
    const std::string what = observable->name() + " is measured on pairs of independent chains, ";
    if (chains % 2 != 0)
      job.sampler.fail("chains",
                       fmt::format("{}and sampler.chains = {} is odd; make it even, or leave {} "
                                   "out of output.observables",
                                   what, chains, observable->name()));
    if (chains / 2 < ranks.size())
      job.sampler.fail("chains",
                       fmt::format("{}and {} processes share {} of them: start at most "
                                   "{}, or leave {} out of output.observables",
                                   what, ranks.size(), chains / 2, chains / 2, observable->name()));
  }
}

void make_arrays(const Job& job, const Ranks& ranks, Plan& plan) {
  const Index every = read_every(job.output, "correlations");
  if (every == 0) return;
  const System& system = plan.system;
  if (!system.periodic.has_modes())
    job.output.fail("correlations",
                    "correlations need a lattice that is periodic in every "
                    "direction and has one site per cell: hypercubic or "
                    "triangular");
  plan.fourier = std::make_unique<const TorusFilter>(system.periodic.extents);
  if (system.angles != nullptr)
    plan.arrays.push_back(std::make_unique<AngleSpectrum>(*plan.fourier));
  else
    plan.arrays.push_back(std::make_unique<Spectrum>("structure_factor", *plan.fourier, false));
  const bool has_overlap = system.spins != nullptr && system.disorder != nullptr;
  if (has_overlap && plan.simulation.chains % 2 == 0) {
    if (plan.simulation.chains / 2 < ranks.size())
      job.sampler.fail("chains", fmt::format("correlations of overlaps need a pair of chains for "
                                             "each of {} processes: start at most {}",
                                             ranks.size(), plan.simulation.chains / 2));
    plan.arrays.push_back(std::make_unique<Spectrum>("structure_factor_q", *plan.fourier, true));
  }
  for (const auto& array : plan.arrays) plan.simulation.arrays.push_back(array.get());
  plan.simulation.arrays_every = every;
}

catalog::SamplerParts named_sampler(const Job& job, const Plan& plan) {
  catalog::SamplerParts parts = job.sampler_entry->make(job.sampler, plan.system, plan.model.get());
  if (!job.sampler_entry->incomplete.empty())
    job.sampler.fail("name", job.sampler_entry->incomplete);
  if (!parts.incomplete.empty()) job.sampler.fail("name", parts.incomplete);
  check_adaptation(job);
  return parts;
}

void make_sampler(const Job& job, const Ranks& ranks, Plan& plan) {
  plan.simulation = read_simulation(job, ranks);
  plan.memory = parse_bytes("run.memory", job.run.text("memory"));
  const bool has_network = job.sampler_entry != nullptr && job.sampler_entry->needs_model;
  plan.sampler = plan.wave ? wave_sampler(job, plan) : named_sampler(job, plan);
  plan.starts_classically = has_network && catalog::starts_classically(job.sampler);
  if (plan.simulation.thin == 0)
    plan.simulation.thin = plan.sampler.sampler->traits().steps_per_draw;
  const bool has_pairs = plan.simulation.chains % 2 == 0;
  plan.observables =
      find_observables(job, plan.system, has_pairs ? MeasuredOn::pairs : MeasuredOn::chains);
  check_pairs(job, plan, ranks);
  find_ladder(job, plan);
  make_arrays(job, ranks, plan);
  if (job.output.flag("control_variates")) plan_variates(plan);
  plan.stop = read_stop_rule(job.stop, plan);
  const bool lacks_log_q = has_network && !plan.sampler.keeps_log_q;
  if (!plan.sampler.latent && !lacks_log_q) return;
  // ⟨ln w⟩ over the chain bounds lnZ from above; a latent walk, and a composition that does not end
  // with the network, know ln q of their x only this way.
  plan.log_weight = std::make_unique<FunctionObservable>(
      "log_weight", [&target = *plan.system.target, &model = *plan.model](const Batch& x) {
        return Column(target.log_density(x) - model.log_prob(x));
      });
  plan.observables.push_back(plan.log_weight.get());
}

}  // namespace

std::vector<const Observable*> find_observables(const Job& job, const System& system,
                                                MeasuredOn on) {
  std::vector<std::string> known;
  for (const auto& observable : system.observables) known.push_back(observable->name());
  std::vector<const Observable*> found;
  for (const std::string& name : wanted_columns(job, system, on)) {
    const auto it = std::ranges::find(known, name);
    if (it == known.end())
      job.output.fail(
          "observables",
          fmt::format("unknown observable \"{}\" of {}{}{} (nmc list observables)", name,
                      system.name, did_you_mean(name, known), catalog::why_without(name, system)));
    found.push_back(system.observables[static_cast<std::size_t>(it - known.begin())].get());
    if (on == MeasuredOn::populations && !is_measured(*found.back(), on))
      job.output.fail("observables", fmt::format("{} is not measured on a population: sample it "
                                                 "with nmc run",
                                                 name));
  }
  return found;
}

Plan make_plan(const Job& job, const Phases& phases, const Ranks& ranks, bool restart) {
  Plan plan;
  plan.system = catalog::make_system(*job.system_entry, job.system);
  const Launch launch{ranks, "", phases, restart};
  if (is_ground_state(job.run) && !job.model.text("lift").empty())
    job.model.fail("lift",
                   "wave functions do not start from those of half the extents: leave it out");
  if (is_ground_state(job.run))
    make_wave(job, launch, plan);
  else if (phases.must_train || (phases.sample && job.sampler_entry->needs_model))
    make_model(job, launch, plan);
  plan.samples = phases.sample;
  if (plan.samples) make_sampler(job, ranks, plan);
  return plan;
}

}  // namespace nmc::drivers
