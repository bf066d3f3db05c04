#include <fmt/format.h>

#include <bit>
#include <numeric>
#include <utility>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/flow_parts.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/flows/coupling/mera.hpp"

namespace nmc::catalog {
namespace {

std::vector<int> read_hidden(const Options& options) {
  refuse_unused_units(options);
  return std::vector<int>(static_cast<std::size_t>(options.integer("depth")),
                          static_cast<int>(options.integer("hidden")));
}

std::vector<OptionSpec> net_options() {
  std::vector<OptionSpec> options{
      option::integer("hidden", "10", "[1, 4096]", "width of the hidden layers"),
      option::integer("depth", "3", "[0, 16]", "hidden layers of each net; 0: linear ones"),
      option::integer("couplings", "10", "[1, 1000]", "couplings in each block"),
      option::choice("activation", "elu", {"elu", "tanh", "softplus"}, "of the hidden layers"),
  };
  for (OptionSpec& shared : flow_options()) options.push_back(std::move(shared));
  return options;
}

// A NeuralRG network sees one extent; a lattice of another shape cannot be halved alike.
int common_extent(const System& system) {
  const Index extent = system.extents.front();
  for (const Index other : system.extents)
    require(other == extent && system.extents.size() <= 2,
            fmt::format("{}: neural_rg needs a chain or a square lattice; use real_nvp",
                        system.summary));
  require(extent >= 2 && (extent & (extent - 1)) == 0,
          fmt::format("L = {} cannot be halved: neural_rg needs L = 2^k; try {}", extent,
                      std::bit_ceil(static_cast<std::uint64_t>(extent))));
  return static_cast<int>(extent);
}

RgLayout read_layout(const Options& options) {
  const std::string& name = options.text("layout");
  if (name == "decimator") return RgLayout::decimator;
  if (name == "disentangler") return RgLayout::disentangler;
  return RgLayout::mera;
}

std::unique_ptr<Trainable> make_neural_rg(const Options& options, const System& system,
                                          std::uint64_t seed) {
  require_reals(options, system);
  require_lattice(options, system, "name", "real_nvp or nice");
  NeuralRgSpec spec;
  spec.L = common_extent(system);
  spec.dim = static_cast<int>(system.extents.size());
  spec.layout = read_layout(options);
  spec.depth = static_cast<int>(options.integer("scales"));
  spec.repeat = static_cast<int>(options.integer("repeat"));
  spec.couplings = static_cast<int>(options.integer("couplings"));
  spec.hidden = read_hidden(options);
  spec.activation = read_activation(options);
  spec.is_affine = options.text("coupling") == "affine";
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  return finish_flow(neural_rg_layers(spec), options, system, seed);
}

std::unique_ptr<Trainable> make_dense(bool is_affine, const Options& options, const System& system,
                                      std::uint64_t seed) {
  require_reals(options, system);
  CouplingSpec spec;
  spec.sites = system.target->sites();
  require(spec.sites >= 2, "real_nvp and nice need at least two sites");
  spec.patches.emplace_back(static_cast<std::size_t>(spec.sites));
  std::iota(spec.patches[0].begin(), spec.patches[0].end(), 0);
  std::vector<std::uint8_t> mask = site_parity(system);
  for (Index c = 0; c < options.integer("couplings"); ++c) {
    spec.masks.push_back(mask);
    for (auto& kept : mask) kept = kept ? 0 : 1;
  }
  spec.hidden = read_hidden(options);
  spec.activation = read_activation(options);
  spec.is_affine = is_affine;
  spec.conditions = static_cast<int>(read_conditions(options, system).ranges.size());
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<CouplingLayer>(std::move(spec)));
  return finish_flow(std::move(layers), options, system, seed);
}

ModelEntry neural_rg_entry() {
  ModelEntry entry;
  entry.name = "neural_rg";
  entry.summary =
      "NeuralRG: couplings on patches of 2x2 sites, scale by scale (L = 2^k, 1D and 2D)";
  entry.options = net_options();
  entry.options.push_back(option::choice("layout", "mera", {"mera", "disentangler", "decimator"},
                                         "which blocks a scale has"));
  entry.options.push_back(
      option::integer("scales", "0", "[0, 30]", "how many scales; 0 takes all log2(L)"));
  entry.options.push_back(
      option::integer("repeat", "1", "[1, 100]", "how often the blocks of a scale are repeated"));
  entry.options.push_back(
      option::choice("coupling", "affine", {"affine", "additive"}, "real NVP or NICE"));
  entry.example = "[model]\nname = neural_rg\nhidden = 10\ncouplings = 10\nsymmetry = z2\n";
  entry.make = make_neural_rg;
  return entry;
}

ModelEntry dense_entry(const std::string& name, const std::string& summary, bool is_affine) {
  ModelEntry entry;
  entry.name = name;
  entry.summary = summary;
  entry.options = net_options();
  entry.example = "[model]\nname = " + name + "\nhidden = 32\ncouplings = 8\n";
  entry.make = [is_affine](const Options& options, const System& system, std::uint64_t seed) {
    return make_dense(is_affine, options, system, seed);
  };
  return entry;
}

}  // namespace

std::vector<ModelEntry> make_models() {
  std::vector<ModelEntry> table{
      neural_rg_entry(),
      dense_entry("real_nvp", "affine couplings of all sites, checkerboard masks", true),
      dense_entry("nice", "additive couplings of all sites: volume-preserving", false),
      neural_spline_entry(),
      conv_flow_entry(),
      glow_entry(),
      kernel_flow_entry(),
      continuous_flow_entry(),
      symplectic_entry(),
      circular_spline_entry()};
  for (ModelEntry& entry : autoregressive_flows()) table.push_back(std::move(entry));
  for (ModelEntry& entry : autoregressive_models()) table.push_back(std::move(entry));
  return table;
}

}  // namespace nmc::catalog
