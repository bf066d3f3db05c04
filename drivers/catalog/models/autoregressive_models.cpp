#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "drivers/catalog/entries/tables.hpp"
#include "drivers/catalog/models/spin_symmetry.hpp"
#include "drivers/catalog/read/read_activation.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "drivers/catalog/read/read_order.hpp"
#include "drivers/catalog/read/read_range.hpp"
#include "models/autoregressive/architectures.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "models/autoregressive/hierarchical.hpp"

namespace nmc::catalog {
namespace {

std::vector<OptionSpec> spin_net_options(const char* width, const char* couplings = "false") {
  return {option::integer("width", width, "[1, 65536]", "hidden units per token"),
          option::choice("activation", "elu", {"elu", "tanh", "softplus"}, "of the hidden layers"),
          option::choice("precision", "float", {"float", "double"}, "of the net; q is in double"),
          option::flag("couplings", couplings,
                       "add to the logits what the couplings to the spins drawn say")};
}

OptionSpec marginal_option() {
  return option::choice("marginal", "none", {"none", "checkerboard"},
                        "checkerboard: a network for one sublattice, the other drawn exactly");
}

void append_options(std::vector<OptionSpec> more, std::vector<OptionSpec>& options) {
  for (OptionSpec& spec : more) options.push_back(std::move(spec));
}

Precision read_precision(const Options& options) {
  return options.text("precision") == "double" ? Precision::twice : Precision::single;
}

/// One sublattice first: the other has no neighbours that are drawn later.
void take_sublattice(const Options& options, const System& system, CausalFrame& frame) {
  const std::vector<int> colours = colouring(couplings_of(options, system, "marginal"));
  if (std::ranges::any_of(colours, [](int colour) { return colour > 1; }))
    options.fail("marginal", fmt::format("{}: its bonds do not join two sublattices; leave "
                                         "marginal out",
                                         system.summary));
  if (frame.patch != 1)
    options.fail("marginal", "marginal goes with single spins: leave patch out");
  const auto is_first = [&](Index site) { return colours[static_cast<std::size_t>(site)] == 0; };
  std::stable_partition(frame.order.begin(), frame.order.end(), is_first);
}

CausalFrame read_frame(const Options& options, const System& system) {
  CausalFrame frame;
  const PatchGrid grid = read_grid(options, system);
  for (const Index extent : grid.patch) frame.patch *= extent;
  frame.order = read_order(options, grid, system.target->sites());
  if (options.text("name") != "bernoulli") frame.activation = read_activation(options);
  return frame;
}

/// What the layers of a name cannot do; their sizes are checked where they are made.
void check_layers(const Options& options, const System& system) {
  constexpr Index kLeastResidual = 3;  // two hidden layers, of which the second adds the first
  if (options.has("residual") && options.flag("residual") && options.text("name") != "wavenet" &&
      options.integer("depth") < kLeastResidual)
    options.fail("residual", fmt::format("residual = true needs two hidden layers: depth = {} or "
                                         "more, and this one is {}",
                                         kLeastResidual, options.integer("depth")));
  if (options.text("name") != "pixel_cnn") return;
  require_lattice(options, system, "name", "made or wavenet");
  if (options.text("marginal") == "checkerboard")
    options.fail("marginal",
                 "pixel_cnn draws in raster order, and a marginal one sublattice before the other: "
                 "leave marginal out, or use made");
  const Index widest = 2 * std::ranges::max(system.extents) - 1;
  if (options.integer("kernel") > widest)
    options.fail("kernel", fmt::format("kernel = {}: one of {} sees all of this lattice; give {} "
                                       "or less",
                                       options.integer("kernel"), widest, widest));
}

using MakeSpec = std::function<CausalSpec(const Options&, const System&, const CausalFrame&)>;

std::unique_ptr<Autoregressive> make_causal(const MakeSpec& make, const Options& options,
                                            const System& system, std::uint64_t seed) {
  require_spins(options, system);
  check_layers(options, system);
  const bool has_marginal = options.text("marginal") == "checkerboard";
  const std::optional<ConditionRange> range = read_range(options, system);
  CausalFrame frame = read_frame(options, system);
  const bool is_wired = has_marginal || options.flag("couplings");
  if (has_marginal) take_sublattice(options, system, frame);
  const Graph* const graph = is_wired ? &couplings_of(options, system, "couplings") : nullptr;
  if (is_wired) frame.networks = networks_needed(*graph, frame);
  return at_key(options, "name", [&]() -> std::unique_ptr<Autoregressive> {
    CausalSpec spec = make(options, system, frame);
    if (is_wired) wire_couplings(spec, *graph, system.beta);
    set_range(range, system.beta, spec);
    return std::make_unique<CausalModel>(std::move(spec), read_precision(options), seed);
  });
}

/// What tells one causal network from another in the catalogue.
struct CausalName {
  std::string name, summary;
  const char* width;            ///< by default
  std::vector<OptionSpec> own;  ///< keys that the others have not
};

SpinModelEntry causal_entry(CausalName causal, const MakeSpec& make) {
  SpinModelEntry entry;
  entry.name = causal.name;
  entry.summary = causal.summary;
  entry.options = std::move(causal.own);
  append_options(spin_net_options(causal.width), entry.options);
  append_options(range_options(), entry.options);
  append_options({order_option(), patch_option()}, entry.options);
  entry.options.push_back(marginal_option());
  entry.example = fmt::format("[model]\nname = {}\n", causal.name);
  entry.make = [make](const Options& options, const System& system, std::uint64_t seed) {
    return make_causal(make, options, system, seed);
  };
  return entry;
}

OptionSpec depth_option(const char* standard, const char* meaning) {
  return option::integer("depth", standard, "[0, 64]", meaning);
}

OptionSpec residual_option(const char* standard) {
  return option::flag("residual", standard, "hidden layers add to the layer before");
}

CausalSpec made(const Options& options, const System&, const CausalFrame& frame) {
  return made_spec(frame,
                   {options.integer("depth"), options.integer("width"), options.flag("residual")});
}

CausalSpec pixel_cnn(const Options& options, const System& system, const CausalFrame& frame) {
  PixelCnnShape shape;
  shape.extents = system.extents;
  shape.depth = options.integer("depth");
  shape.width = options.integer("width");
  shape.kernel = options.integer("kernel");
  shape.is_periodic = options.text("padding") == "periodic";
  shape.is_residual = options.flag("residual");
  return pixel_cnn_spec(frame, shape);
}

CausalSpec wavenet(const Options& options, const System&, const CausalFrame& frame) {
  return wavenet_spec(
      frame, {options.integer("depth"), options.integer("width"), options.flag("residual")});
}

CausalSpec two_body(const Options& options, const System& system, const CausalFrame& frame) {
  const Graph& graph = couplings_of(options, system, "name");
  CausalFrame with_exact_end = frame;
  with_exact_end.networks = networks_needed(graph, frame);
  return two_body_spec(with_exact_end, graph, system.beta,
                       {options.integer("depth"), options.integer("width")});
}

SpinModelEntry bernoulli_entry() {
  SpinModelEntry entry =
      causal_entry({"bernoulli", "independent spins: the mean-field baseline", "1", {}},
                   [](const Options&, const System&, const CausalFrame& frame) {
                     return bernoulli_spec(frame);
                   });
  std::erase_if(entry.options, [](const OptionSpec& spec) {
    return spec.name == "width" || spec.name == "activation";
  });
  return entry;
}

std::unique_ptr<Autoregressive> make_hierarchical(const Options& options, const System& system,
                                                  std::uint64_t seed) {
  require_spins(options, system);
  require_lattice(options, system, "name", "made or wavenet");
  const Graph& graph = couplings_of(options, system, "name");
  const bool is_wired = options.flag("couplings");
  const std::optional<ConditionRange> range = read_range(options, system);
  if (is_wired && !graph.plaquettes.empty())
    options.fail("couplings", "plaquettes cannot be wired in: set couplings = false");
  return at_key(options, "name", [&]() -> std::unique_ptr<Autoregressive> {
    HierarchicalShape shape;
    shape.extents = system.extents;
    shape.depth = options.integer("depth");
    shape.width = options.integer("width");
    match_couplings(graph, shape);
    shape.has_exact_last = shape.has_exact_last && is_wired;
    CausalFrame frame;
    frame.activation = read_activation(options);
    CausalSpec spec = hierarchical_spec(frame, shape);
    if (is_wired) wire_couplings(spec, graph, system.beta);
    set_range(range, system.beta, spec);
    return std::make_unique<CausalModel>(std::move(spec), read_precision(options), seed);
  });
}

SpinModelEntry hierarchical_entry(const char* layers) {
  SpinModelEntry entry;
  entry.name = "hierarchical";
  entry.summary = "boundary first on a 2^k x 2^k torus: crosses that halve squares, MADE for each";
  entry.options = {depth_option("2", layers)};
  append_options(spin_net_options("8", "true"), entry.options);
  append_options(range_options(), entry.options);
  entry.example = "[model]\nname = hierarchical\n";
  entry.make = make_hierarchical;
  return entry;
}

}  // namespace

std::vector<ModelEntry> autoregressive_models() {
  const char* layers = "layers, the last one included; 1: logits straight from the spins";
  std::vector<SpinModelEntry> networks;
  networks.push_back(bernoulli_entry());
  networks.push_back(causal_entry({"made",
                                   "masked dense layers over the spins drawn before",
                                   "4",
                                   {depth_option("2", layers), residual_option("false")}},
                                  made));
  networks.push_back(causal_entry(
      {"pixel_cnn",
       "masked convolutions on a chain or square lattice",
       "32",
       {depth_option("3", layers), residual_option("false"),
        option::integer("kernel", "3", "[1, 255]", "extent of the convolutions, odd"),
        option::choice("padding", "periodic", {"periodic", "zero"}, "beyond the lattice's edge")}},
      pixel_cnn));
  networks.push_back(
      causal_entry({"wavenet",
                    "dilated causal convolutions over the order of the sites",
                    "32",
                    {depth_option("0", "hidden layers, dilations 1, 2, 4, …; 0: until all is seen"),
                     residual_option("true")}},
                   wavenet));
  networks.push_back(
      causal_entry({"two_body",
                    "couplings wired into the first layer: sees the fields at the boundary alone",
                    "8",
                    {depth_option("2", layers)}},
                   two_body));
  networks.push_back(hierarchical_entry(layers));
  for (SpinModelEntry& entry : recurrent_models()) networks.push_back(std::move(entry));
  networks.push_back(tensor_network_entry());
  networks.push_back(born_machine_entry());
  networks.push_back(tree_entry());
  networks.push_back(circuit_entry());
  std::vector<ModelEntry> table;
  for (SpinModelEntry& entry : networks) table.push_back(with_symmetry(std::move(entry)));
  return table;
}

}  // namespace nmc::catalog
