#include <fmt/format.h>

#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/samplers/angle_samplers.hpp"
#include "drivers/catalog/samplers/block_gibbs_sampler.hpp"
#include "drivers/catalog/samplers/classical.hpp"
#include "drivers/catalog/samplers/cluster_samplers.hpp"
#include "drivers/catalog/samplers/hmc_options.hpp"
#include "drivers/catalog/samplers/label_samplers.hpp"
#include "drivers/catalog/samplers/learned_samplers.hpp"
#include "drivers/catalog/samplers/spin_samplers.hpp"
#include "drivers/catalog/samplers/tempering_sampler.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/hamiltonian/latent_sampler.hpp"
#include "samplers/local/local_field.hpp"
#include "samplers/proposal/independence.hpp"
#include "samplers/proposal/network_adaptation.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "samplers/proposal/suffix.hpp"

namespace nmc::catalog {
namespace {

void require_gradient(const Options& options, const System& system) {
  if (!system.target->is_differentiable())
    options.fail("name",
                 fmt::format("{} needs a differentiable density; {} has {}. Use "
                             "{}{}",
                             options.text("name"), system.name, in_words(system.target->support()),
                             local_samplers(system), or_dual_field(system)));
}

void require_real(const Options& options, const System& system) {
  if (system.target->support() != Support::real)
    options.fail("name", fmt::format("{} moves real numbers; {} has {}. Use {}",
                                     options.text("name"), system.name,
                                     in_words(system.target->support()), local_samplers(system)));
}

void read_acceleration(const Options& options, const System& system, HmcOptions& hmc) {
  if (options.text("acceleration") == "none") {
    if (options.is_given("fourier_mass"))
      options.fail("fourier_mass", "fourier_mass goes with acceleration = fourier");
    return;
  }
  if (system.field == nullptr || system.field->torus().empty())
    options.fail("acceleration",
                 fmt::format("acceleration = fourier needs the wave vectors of a torus; {} has "
                             "none: use phi4 with periodic boundaries, or mass = diagonal",
                             system.name));
  if (options.is_given("mass") && hmc.mass != MassKind::unit)
    options.fail("mass", "acceleration = fourier sets the mass; leave mass out");
  hmc.fourier_torus = system.field->torus();
  hmc.fourier_mass = options.real("fourier_mass");
}

SamplerParts make_hmc(const Options& options, const System& system, const Trainable*) {
  require_gradient(options, system);
  check_angle_hmc(options, system);
  HmcOptions hmc = read_hmc(options);
  read_acceleration(options, system, hmc);
  return {nullptr, std::make_unique<MetropolisHastings>(hmc_sampler(*system.target, hmc))};
}

std::vector<OptionSpec> field_hmc_options() {
  std::vector<OptionSpec> options = hmc_options();
  options.push_back(option::choice("acceleration", "none", {"none", "fourier"},
                                   "mass of every wave vector from the free propagator"));
  options.push_back(option::real("fourier_mass", "1", "(0, inf)",
                                 "m of 1/(k^2 + m^2), about the inverse correlation length"));
  return options;
}

// start_width is that of chains that begin with the network, in its latent space.
std::vector<OptionSpec> latent_options() {
  std::vector<OptionSpec> options = hmc_options();
  options.push_back(chain_start_option());
  return options;
}

SamplerParts make_latent_hmc(const Options& options, const System& system, const Trainable* model) {
  require_gradient(options, system);
  if (options.is_given("start_width") && options.text("start") == "classical")
    options.fail("start_width",
                 "start_width is of chains that begin in the network's latent space: set start = "
                 "network, or leave start_width out");
  SamplerParts parts;
  parts.latent = model->latent_density(*system.target);
  if (parts.latent == nullptr)
    options.fail("name", "latent_hmc needs a flow: a model that maps a normal to the field");
  parts.sampler = std::make_unique<LatentSampler>(
      *parts.latent,
      std::make_unique<MetropolisHastings>(hmc_sampler(*parts.latent, read_hmc(options))));
  return parts;
}

/// In warm-up the network may learn from the chains.
SamplerParts with_adaptation(const Options& options, std::unique_ptr<Sampler> sampler,
                             Trainable& model) {
  if (!options.flag("adapt")) {
    if (options.is_given("adapt_rate"))
      options.fail("adapt_rate", "adapt_rate goes with adapt = true");
    return {nullptr, std::move(sampler)};
  }
  if (model.parameters().empty())
    options.fail("adapt", "the network has no weights that could learn: leave adapt out");
  NetworkAdaptationOptions adaptation;
  adaptation.learning_rate = options.real("adapt_rate");
  return {nullptr, std::make_unique<NetworkAdaptation>(std::move(sampler), model, adaptation)};
}

std::vector<OptionSpec> network_options() {
  return {chain_start_option(),
          option::flag("adapt", "false",
                       "the network learns from the chains in warm-up, then is frozen"),
          option::real("adapt_rate", "0.001", "(0, 1]", "learning rate of that")};
}

SamplerParts make_independence(const Options& options, const System& system, Trainable* model) {
  return with_adaptation(
      options, std::make_unique<MetropolisHastings>(independence_sampler(*system.target, *model)),
      *model);
}

SamplerParts make_suffix(const Options& options, const System& system, Trainable* model) {
  const Autoregressive* const network = model->abilities().tokens;
  if (network == nullptr && model->support() == Support::spin)
    options.fail("name",
                 "suffix redraws the end of a configuration, and the images of a network under a "
                 "symmetry other than z2 end at different sites: use independence, or "
                 "model.symmetry = z2 or none");
  if (network == nullptr)
    options.fail("name",
                 "suffix redraws the end of a configuration from an autoregressive network "
                 "(made, pixel_cnn, ...); a flow has no order: use independence");
  const Index longest = options.integer("longest");
  if (longest > network->tokens())
    options.fail("longest", fmt::format("longest = {}; the network draws {} tokens", longest,
                                        network->tokens()));
  SamplerParts parts = with_adaptation(
      options,
      std::make_unique<MetropolisHastings>(suffix_sampler(*system.target, *network, longest)),
      *model);
  if (longest > 0 && longest < network->tokens())
    parts.incomplete = fmt::format(
        "suffix with longest = {} leaves the first {} of {} tokens as they began: write "
        "[metropolis x 1, suffix x 1], or leave longest out",
        longest, network->tokens() - longest, network->tokens());
  return parts;
}

std::vector<OptionSpec> suffix_options() {
  std::vector<OptionSpec> options = network_options();
  options.push_back(
      option::integer("longest", "0", "[0, 1e9]", "tokens redrawn at most; 0: all of them"));
  return options;
}

SamplerParts make_site_metropolis(const Options& options, const System& system) {
  LocalFieldOptions local;
  if (options.real("width") > 0) local.width = options.real("width");
  local.sweeps = options.integer("proposals");
  if (options.is_given("target_acceptance"))
    local.target_acceptance = options.real("target_acceptance");
  local.start_width = options.real("start_width");
  return {nullptr, std::make_unique<LocalField>(*system.field, local)};
}

SamplerParts make_metropolis(const Options& options, const System& system, const Trainable*) {
  if (system.angles != nullptr) return make_angle_metropolis(options, system);
  if (system.target->support() == Support::spin || system.labels != nullptr) {
    for (const char* key : {"update", "width", "proposals", "target_acceptance", "start_width"})
      if (options.is_given(key))
        options.fail(key, fmt::format("{} is for real configurations; {} has {}", key, system.name,
                                      in_words(system.target->support())));
    if (system.labels != nullptr) return make_local_labels(options, system, LocalRule::metropolis);
    if (system.spin_energies != nullptr)
      return make_local_energies(options, system, LocalRule::metropolis);
    return {nullptr, make_local_spins(options, system, LocalRule::metropolis)};
  }
  for (const char* key : {"order", "start"})
    if (options.is_given(key))
      options.fail(key, fmt::format("{} is for spins and labels; {} has {}", key, system.name,
                                    in_words(system.target->support())));
  require_real(options, system);
  const std::string& update = options.text("update");
  if (update == "site" && system.field == nullptr)
    options.fail("update", fmt::format("single sites are updated where the action is local and "
                                       "known site by site, as of phi4; {} is not: update = global",
                                       system.name));
  if (system.field != nullptr && update != "global") return make_site_metropolis(options, system);
  RandomWalkOptions walk;
  walk.width = options.real("width");
  walk.proposals = options.integer("proposals");
  if (options.is_given("target_acceptance"))
    walk.target_acceptance = options.real("target_acceptance");
  walk.start_width = options.real("start_width");
  return {nullptr, std::make_unique<MetropolisHastings>(random_walk_sampler(*system.target, walk))};
}

SamplerEntry metropolis_entry() {
  SamplerEntry entry;
  entry.name = "metropolis";
  entry.summary = "single spins, labels, angles or sites of a field; else a random walk of all";
  entry.options = {
      option::choice("update", "auto", {"auto", "site", "global"},
                     "of numbers or angles: site by site, all at once; auto: sites where it can"),
      option::real("width", "0", "[0, inf)",
                   "of the proposal; 0 starts at 1 for sites, 2.38/sqrt(sites) for all at once"),
      option::integer("proposals", "1", "[1, 1000000]", "proposals (of every site) per step"),
      option::real("target_acceptance", "", "[0, 1)",
                   "tuned to in warm-up, 0 keeps width; sites 0.5, all at once 0.234"),
      option::real("start_width", "1", "(0, inf)", "width of the normal starting configurations")};
  for (const OptionSpec& spec : local_spin_options()) entry.options.push_back(spec);
  entry.make = make_metropolis;
  return entry;
}

}  // namespace

std::vector<SamplerEntry> make_samplers() {
  SamplerEntry independence{
      {"independence", "Metropolised independent sampler: proposals from the network",
       network_options(), "[sampler]\nname = independence\nchains = 512\n"},
      true,
      true,
      make_independence};
  SamplerEntry suffix{
      {"suffix", "redraws the end of a configuration from an autoregressive network",
       suffix_options(), "[sampler]\nname = [metropolis x 1, suffix x 4]\nchains = 512\n"},
      true,
      true,
      make_suffix};
  SamplerEntry latent{{"latent_hmc", "HMC in the latent space of the network", latent_options(),
                       "[sampler]\nname = latent_hmc\nchains = 64\nn_steps = 10\n"},
                      true,
                      false,
                      make_latent_hmc};
  latent.is_latent = true;
  SamplerEntry hmc{{"hmc", "Hamiltonian Monte Carlo of the field itself", field_hmc_options(),
                    "[sampler]\nname = hmc\nchains = 64\nmass = diagonal\n"},
                   false,
                   false,
                   make_hmc};
  std::vector<SamplerEntry> table{
      independence,      latent,           hmc, metropolis_entry(), block_gibbs_entry(),
      heat_bath_entry(), tempering_entry()};
  table.push_back(suffix);
  table.push_back(sheet_heat_bath_entry());
  table.push_back(recommender_entry());
  table.push_back(surrogate_hmc_entry());
  table.push_back(policy_flips_entry());
  table[3].example = "[sampler]\nname = metropolis\nchains = 64\n";
  for (SamplerEntry& entry : learned_samplers()) table.push_back(std::move(entry));
  for (SamplerEntry& entry : cluster_samplers()) table.push_back(std::move(entry));
  return table;
}

}  // namespace nmc::catalog
