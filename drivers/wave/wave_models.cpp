#include "drivers/wave/wave_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/options/did_you_mean.hpp"
#include "models/wave/rbm_wave.hpp"

namespace nmc::catalog {
namespace {

std::unique_ptr<WaveFunction> make_rbm_wave(const Options& options, const System& system,
                                            std::uint64_t seed) {
  RbmWaveShape shape;
  shape.sites = system.hamiltonian->sites();
  shape.hidden = options.integer("alpha") * shape.sites;
  shape.is_complex = options.flag("complex");
  shape.is_even = options.flag("even");
  if (options.flag("tied")) {
    if (!system.periodic.has_modes())
      options.fail("tied",
                   "tied needs the translations of a lattice that is periodic in every "
                   "direction: set system.boundary = periodic, or leave tied out");
    shape.torus = system.periodic.extents;
  }
  return RbmWave::random(shape, options.real("width"), seed);
}

WaveEntry rbm_wave_entry() {
  WaveEntry entry;
  entry.name = "rbm_wave";
  entry.summary =
      "wave function of a restricted Boltzmann machine, ln psi = sum a s + sum ln 2 cosh(b + W s)";
  entry.options = {
      option::integer("alpha", "1", "[1, 1000]", "hidden units per spin"),
      option::flag("tied", "false",
                   "one set of weights for all translations of a periodic lattice"),
      option::flag("even", "false", "psi(-s) = psi(s): no biases a and b"),
      option::flag("complex", "false", "complex numbers, for ground states with signs"),
      option::real("width", "0.05", "(0, 10]", "standard deviation of the weights to begin with")};
  entry.example = "[model]\nname = rbm_wave\nalpha = 1\ntied = true\neven = true\n";
  entry.make = make_rbm_wave;
  return entry;
}

}  // namespace

const std::vector<WaveEntry>& wave_models() {
  static const std::vector<WaveEntry> table{rbm_wave_entry()};
  return table;
}

const WaveEntry& find_wave(const std::string& name, const std::string& origin) {
  std::vector<std::string> names;
  for (const WaveEntry& entry : wave_models()) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
  }
  throw UserError(fmt::format(
      "{}\"{}\" is no wave function{}: mode = ground_state takes {} (nmc "
      "list models)",
      origin, name, did_you_mean(name, names), fmt::format("{}", fmt::join(names, ", "))));
}

std::vector<OptionSpec> wave_sampler_options() {
  return {
      option::integer("chains", "64", "[1, 1e9]", "chains over all processes"),
      option::choice("moves", "auto", {"auto", "flips", "exchanges"},
                     "single spins, or two antiparallel ones; auto: exchanges where H keeps the "
                     "magnetisation"),
      option::integer("magnetisation", "0", "[-1e6, 1e6]",
                      "sum of the spins +-1 that exchanges keep, twice S^z"),
      option::flag("inversions", "true",
                   "whether a step ends with an attempt to turn over all spins")};
}

WaveMoves read_wave_moves(const Options& sampler, const System& system) {
  const std::string& moves = sampler.text("moves");
  WaveMoves read;
  read.exchanges = moves == "exchanges" || (moves == "auto" && system.keeps_magnetisation);
  if (read.exchanges && !system.keeps_magnetisation)
    sampler.fail("moves", fmt::format("{} changes the magnetisation, and exchanges would leave "
                                      "out most of its states: use moves = flips",
                                      system.name));
  read.magnetisation = sampler.integer("magnetisation");
  if (!read.exchanges && sampler.is_given("magnetisation"))
    sampler.fail("magnetisation",
                 "single flips keep no magnetisation: leave it out, or set moves "
                 "= exchanges");
  read.inverts = sampler.flag("inversions");
  if (read.magnetisation != 0 && !sampler.is_given("inversions")) read.inverts = false;
  const Index n = system.hamiltonian->sites();
  if (read.exchanges && (n + read.magnetisation) % 2 != 0)
    sampler.fail("magnetisation",
                 fmt::format("{} spins have no configuration of magnetisation {}, their sum is {}: "
                             "set sampler.magnetisation = 1 or -1, or an {} number of spins",
                             n, read.magnetisation, n % 2 == 0 ? "even" : "odd",
                             n % 2 == 0 ? "odd" : "even"));
  return read;
}

}  // namespace nmc::catalog
