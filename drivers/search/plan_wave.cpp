#include "drivers/search/plan_wave.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "core/archive/sealed_file.hpp"
#include "core/options/parse_bytes.hpp"
#include "core/options/paths.hpp"
#include "drivers/format.hpp"
#include "drivers/search/search_file.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/wave/wave_models.hpp"
#include "models/file/model_file.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "models/wave/wave_file.hpp"
#include "samplers/wave/wave_draws.hpp"

namespace nmc::drivers {
namespace {

const std::set<std::string> kGraphKeys = {"lattice", "L",      "dim",   "boundary",
                                          "N",       "degree", "bonds", "instance"};

/// The keys of [system] that say which graph its spins lie on, where a file and the job differ in
/// them: "lattice = chain, here square". What is left out in one of them is its default.
std::string other_graph(const std::map<std::string, std::string>& stored, const Options& system) {
  std::vector<std::string> differences;
  for (const ResolvedOption& option : system.all()) {
    const std::string& key = option.spec.name;
    if (!kGraphKeys.contains(key)) continue;
    const auto found = stored.find(key);
    std::string there = found == stored.end() ? "" : found->second, here = stored_value(option);
    if (key == "bonds") {  // the same file may lie elsewhere now
      there = std::filesystem::path(there).filename().string();
      here = std::filesystem::path(here).filename().string();
    }
    if (there != here)
      differences.push_back(fmt::format("{} = {}, here {}", key, there.empty() ? "none" : there,
                                        here.empty() ? "none" : here));
  }
  return fmt::format("{}", fmt::join(differences, "; "));
}

std::unique_ptr<WaveFunction> read_own_wave(const std::string& path, const Job& job,
                                            const System& system) {
  WaveFile file = read_wave(path);
  const Index sites = system.hamiltonian->sites();
  require(file.psi->sites() == sites,
          fmt::format("{} holds a wave function of {} spins; the system has {}", path,
                      file.psi->sites(), sites));
  const auto name = file.target.find("name");
  const std::string& own = job.system_entry->name;
  require(name == file.target.end() || name->second == own,
          fmt::format("{} holds a wave function of {}; the job has {}", path,
                      name == file.target.end() ? "" : name->second, own));
  const std::string differences = other_graph(file.target, job.system);
  require(
      differences.empty(),
      fmt::format("{} holds a wave function of spins on another graph ({}): give [system] those "
                  "values, or leave model.file out and let the search begin anew",
                  path, differences));
  return std::move(file.psi);
}

double least_bytes(const SearchOptions& options, const WaveFunction& psi) {
  return GroundStateSearch::bytes(options, psi, GroundStateSearch::least_held(options, psi));
}

/// Samples of as many whole rounds of the chains as fit into the memory; 0: not even one.
Index samples_that_fit(SearchOptions options, const WaveFunction& psi) {
  Index fit = 0, too_many = options.samples / options.chains + 1;
  while (too_many - fit > 1) {
    const Index rounds = std::midpoint(fit, too_many);
    options.samples = rounds * options.chains;
    (least_bytes(options, psi) <= options.memory ? fit : too_many) = rounds;
  }
  return fit * options.chains;
}

/// What makes a step fit that does not.
std::string ways_to_fit(const SearchOptions& options, const WaveFunction& psi) {
  SearchOptions by_samples = options, by_adam = options;
  by_samples.reconfiguration.form = Reconfigure::samples;
  by_adam.uses_adam = true;
  const bool has_parameters =
      !options.uses_adam && options.reconfiguration.form == Reconfigure::parameters;
  if (has_parameters && least_bytes(by_samples, psi) <= options.memory)
    return fmt::format("use method = minsr, whose matrix is one of samples, {} with its blocks",
                       bytes_text(least_bytes(by_samples, psi)));
  // A matrix of parameters is as large with fewer samples.
  const Index samples = samples_that_fit(has_parameters ? by_samples : options, psi);
  std::string ways;
  if (samples > 0)
    ways += fmt::format("{}ground_state.samples = {}, ",
                        has_parameters ? "method = minsr with " : "", samples);
  if (!options.uses_adam && least_bytes(by_adam, psi) <= options.memory) ways += "method = adam, ";
  const double of_parameters = least_bytes(options, psi), of_samples = least_bytes(by_samples, psi);
  const bool is_less_by_samples = has_parameters && of_samples < of_parameters;
  constexpr double kRounded = 1.06;  // the text has two digits
  return fmt::format("set {}{}{}run.memory = {}", ways, ways.empty() ? "" : "or ",
                     is_less_by_samples ? "method = minsr with " : "",
                     bytes_text(kRounded * (is_less_by_samples ? of_samples : of_parameters)));
}

/// The matrix of a step and the fewest blocks of scores must fit; which form is smaller is known.
void check_memory(const Job& job, const SearchOptions& options, const WaveFunction& psi) {
  if (least_bytes(options, psi) <= options.memory) return;
  const bool by_parameters = options.reconfiguration.form == Reconfigure::parameters;
  const std::string what = options.uses_adam
                               ? "a block of scores"
                               : fmt::format("the matrix of {} and a block of scores",
                                             by_parameters ? "parameters" : "samples");
  job.train.fail("method", fmt::format("{} of a step take {}, and run.memory is {}: {}", what,
                                       bytes_text(least_bytes(options, psi)),
                                       job.run.text("memory"), ways_to_fit(options, psi)));
}

/// What a search begins from.
std::unique_ptr<WaveFunction> make_start(const Job& job, const System& system) {
  const auto seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  auto psi = catalog::find_wave(job.model.text("name"), "").make(job.model, system, seed);
  const Index hidden = job.train.integer("phase_hidden");
  if (hidden == 0) return psi;
  if (!psi->is_positive())
    job.train.fail("phase_hidden",
                   "psi has a phase of its own: leave phase_hidden out, or take a real one");
  constexpr double kWidth = 0.1;
  auto phase = RbmWave::random({system.hamiltonian->sites(), hidden}, kWidth, seed + 1);
  return std::make_unique<PhasedWave>(std::move(psi), std::move(phase));
}

}  // namespace

SearchOptions search_options(const Job& job, Index parameters) {
  const Options& from = job.train;
  SearchOptions options;
  options.steps = from.integer("steps");
  options.samples = from.integer("samples");
  options.sweeps = from.integer("sweeps");
  options.chains = job.sampler.integer("chains");
  options.schedule = {from.real("learning_rate"), options.steps, 0,
                      decay_from_name(from.text("schedule"))};
  const std::string& method = from.text("method");
  options.uses_adam = method == "adam";
  const bool by_parameters = method == "sr" || (method == "auto" && parameters <= options.samples);
  options.reconfiguration.form = by_parameters ? Reconfigure::parameters : Reconfigure::samples;
  options.reconfiguration.momentum = from.real("momentum");
  options.shift = from.real("shift");
  options.first_shift = std::max(options.shift, from.real("first_shift"));
  options.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  options.memory = parse_bytes("run.memory", job.run.text("memory"));
  for (const char* key : {"shift", "first_shift", "momentum"})
    if (options.uses_adam && from.is_given(key))
      from.fail(key, fmt::format("{} does nothing with method = adam: leave it out", key));
  return options;
}

void publish_wave(const std::string& path, const Job& job, const WaveFunction& psi) {
  std::map<std::string, std::string> target;
  for (const ResolvedOption& option : job.system.all())
    if (!option.value.empty()) target[option.spec.name] = stored_value(option);
  archive::publish_sealed(path, model_file_title, [&](archive::File& file) {
    write_wave(file, *psi.stored(), job.model.text("name"), target);
  });
}

void make_wave(const Job& job, const Launch& launch, Plan& plan) {
  const OutputDirectory directory(job.directory());
  const bool is_found = !launch.restart && directory.has("model.h5");
  const std::string& given = job.model.text("file");
  require(is_found || launch.phases.train,
          fmt::format("there is no wave function in {}: nmc run, or nmc train, finds one",
                      directory.path().string()));
  if (is_found || !given.empty()) {
    plan.wave = read_own_wave(is_found ? directory.file("model.h5") : given, job, plan.system);
  } else {
    plan.wave = make_start(job, plan.system);
  }
  plan.is_model_trained = is_found;
  plan.seeks_ground_state = !is_found;
  const auto parameters = std::ssize(std::as_const(*plan.wave).parameters());
  check_memory(job, search_options(job, parameters), *plan.wave);
  plan.basis = catalog::set_wave(*plan.wave, plan.system);
}

catalog::SamplerParts wave_sampler(const Job& job, const Plan& plan) {
  catalog::SamplerParts parts;
  if (catalog::draws_exactly(job.sampler, *plan.wave)) {
    parts.sampler = std::make_unique<WaveDraws>(*plan.wave);
    return parts;
  }
  const WaveMoves moves = catalog::read_wave_moves(job.sampler, plan.system);
  try {
    parts.sampler = std::make_unique<WaveMetropolis>(*plan.wave, moves);
  } catch (const UserError& error) {
    job.sampler.fail("magnetisation", error.what());
  }
  return parts;
}

}  // namespace nmc::drivers
