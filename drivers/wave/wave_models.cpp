#include "drivers/wave/wave_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/options/did_you_mean.hpp"
#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "models/wave/autoregressive_wave.hpp"
#include "models/wave/deep_wave.hpp"
#include "models/wave/jastrow_wave.hpp"
#include "models/wave/rbm_wave.hpp"

namespace nmc::catalog {
namespace {

/// Extents of the torus whose translations tie the weights; none where they are free.
std::vector<Index> read_ties(const Options& options, const System& system) {
  if (!options.flag("tied")) return {};
  if (!system.periodic.has_modes())
    options.fail("tied",
                 "tied needs the translations of a lattice that is periodic in every "
                 "direction: set system.boundary = periodic, or leave tied out");
  return system.periodic.extents;
}

std::unique_ptr<WaveFunction> make_rbm_wave(const Options& options, const System& system,
                                            std::uint64_t seed) {
  RbmWaveShape shape;
  shape.sites = system.hamiltonian->sites();
  shape.hidden = options.integer("alpha") * shape.sites;
  shape.is_complex = options.flag("complex");
  shape.is_even = options.flag("even");
  shape.torus = read_ties(options, system);
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

std::unique_ptr<WaveFunction> make_jastrow(const Options& options, const System& system,
                                           std::uint64_t seed) {
  const JastrowShape shape{system.hamiltonian->sites(), options.flag("complex"),
                           options.flag("even"), read_ties(options, system)};
  return JastrowWave::random(shape, options.real("width"), seed);
}

WaveEntry jastrow_entry() {
  WaveEntry entry;
  entry.name = "jastrow";
  entry.summary = "wave function of pairs, ln psi = sum a s + sum v s s'";
  entry.options = {
      option::flag("tied", "false", "one v for all pairs that translations take to each other"),
      option::flag("even", "false", "psi(-s) = psi(s): no a"),
      option::flag("complex", "false", "complex numbers, for ground states with signs"),
      option::real("width", "0.01", "(0, 10]", "standard deviation of the numbers to begin with")};
  entry.example = "[model]\nname = jastrow\ntied = true\neven = true\n";
  entry.make = make_jastrow;
  return entry;
}

std::unique_ptr<WaveFunction> make_deep_wave(const Options& options, const System& system,
                                             std::uint64_t seed) {
  DeepWaveShape shape{system.hamiltonian->sites(), options.integer("depth"),
                      options.integer("features"), options.flag("even")};
  if (options.text("layers") == "dense") {
    if (options.is_given("kernel"))
      options.fail("kernel",
                   "kernel is of convolutions: set layers = convolution, or leave it out");
  } else {
    if (!system.periodic.has_modes())
      options.fail("layers",
                   "convolutions go around a lattice that is periodic in every direction: set "
                   "system.boundary = periodic, or layers = dense");
    shape.kernel = options.integer("kernel");
    shape.torus = system.periodic.extents;
  }
  return at_key(options, shape.kernel > 0 ? "kernel" : "features",
                [&] { return DeepWave::random(shape, options.real("width"), seed); });
}

WaveEntry deep_wave_entry() {
  WaveEntry entry;
  entry.name = "deep_wave";
  entry.summary = "wave function of several layers, ln psi = sum ln 2 cosh of the last one";
  entry.options = {
      option::choice("layers", "dense", {"dense", "convolution"},
                     "all inputs for each unit, or convolutions that go around the lattice, the "
                     "same for all translations"),
      option::integer("depth", "2", "[1, 64]", "layers, tanh between them"),
      option::integer("features", "16", "[1, 65536]", "units of a layer, or channels"),
      option::integer("kernel", "5", "[1, 255]", "extent of the convolutions, odd"),
      option::flag("even", "false", "psi(-s) = psi(s): no biases"),
      option::real("width", "0.05", "(0, 10]",
                   "standard deviation of the last layer's weights to begin with")};
  entry.example = "[model]\nname = deep_wave\nlayers = convolution\nfeatures = 4\neven = true\n";
  entry.make = make_deep_wave;
  return entry;
}

WaveEntry network_wave(const ModelEntry& model) {
  WaveEntry entry;
  static_cast<Entry&>(entry) = model;
  entry.make = [make = model.make](const Options& options, const System& system,
                                   std::uint64_t seed) {
    return std::make_unique<AutoregressiveWave>(make(options, system, seed));
  };
  return entry;
}

}  // namespace

const std::vector<WaveEntry>& wave_models() {
  static const std::vector<WaveEntry> table{rbm_wave_entry(), jastrow_entry(), deep_wave_entry()};
  return table;
}

const std::vector<WaveEntry>& network_waves() {
  static const std::vector<WaveEntry> table = [] {
    std::vector<WaveEntry> entries;
    for (const ModelEntry& model : autoregressive_models())
      if (model.is_trained) entries.push_back(network_wave(model));
    return entries;
  }();
  return table;
}

const WaveEntry& find_wave(const std::string& name, const std::string& origin) {
  std::vector<std::string> names;
  for (const auto* table : {&wave_models(), &network_waves()})
    for (const WaveEntry& entry : *table) {
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
      option::choice("moves", "auto", {"auto", "draws", "flips", "exchanges"},
                     "fresh draws of a network, or chains of single spins or of two antiparallel "
                     "ones; auto: draws where psi has them, else exchanges where H keeps the "
                     "magnetisation"),
      option::integer("magnetisation", "0", "[-1e6, 1e6]",
                      "sum of the spins +-1 that exchanges keep, twice S^z"),
      option::flag("inversions", "true",
                   "whether a step ends with an attempt to turn over all spins")};
}

bool draws_exactly(const Options& sampler, const WaveFunction& psi) {
  const std::string& moves = sampler.text("moves");
  const bool draws = moves == "draws" || (moves == "auto" && psi.draws() != nullptr);
  if (draws && psi.draws() == nullptr)
    sampler.fail("moves", "this wave function cannot be drawn, and needs chains: leave moves out");
  for (const char* key : {"magnetisation", "inversions"})
    if (draws && sampler.is_given(key))
      sampler.fail(key, fmt::format("{} is of chains, and psi is drawn without any: leave it out, "
                                    "or set moves = flips or exchanges",
                                    key));
  return draws;
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
