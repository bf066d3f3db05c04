#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/options/paths.hpp"
#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/read/read_lattice.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/symmetry/flow_density.hpp"
#include "physics/observables/real_variates.hpp"

namespace nmc::catalog {
namespace {

/// Two autoregressive blocks whose parameters lie `width` around their start.
std::unique_ptr<BijectorFlow> random_flow(Index sites, double width, std::uint64_t seed) {
  AutoregressiveSpec block;
  block.order.resize(static_cast<std::size_t>(sites));
  std::iota(block.order.begin(), block.order.end(), 0);
  block.degrees = {even_degrees(sites, 2 * sites)};
  BijectorFlow::Layers layers;
  for (int k = 0; k < 2; ++k) {
    layers.push_back(std::make_unique<AutoregressiveLayer>(block));
    std::ranges::reverse(block.order);
  }
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, seed);
  Batch noise(1, std::ssize(flow->parameters()));
  fill_normal({.seed = seed, .step = 1, .purpose = Purpose::weights}, noise);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k)
    flow->parameters()[k] += width * noise(0, static_cast<Index>(k));
  flow->parameters_changed();
  return flow;
}

struct NamedFlow {
  std::unique_ptr<const Trainable> flow;
  std::string words;
};

NamedFlow read_flow(const Options& options) {
  const std::string& path = options.text("file");
  if (path.empty())
    return {random_flow(options.integer("sites"), options.real("width"),
                        static_cast<std::uint64_t>(options.integer("weights_seed"))),
            "a random maf"};
  for (const char* key : {"sites", "width", "weights_seed"})
    if (options.is_given(key))
      options.fail(key, fmt::format("{} is of a random flow, and file = {} holds one: leave one of "
                                    "them out",
                                    key, path));
  ModelFile file = read_model(path);
  return {std::move(file.model), file.name.empty() ? path : file.name + " of " + path};
}

System make_flow_density(const Options& options) {
  NamedFlow named = read_flow(options);
  System system;
  system.name = "flow_density";
  auto target =
      at_key(options, "file", [&] { return std::make_unique<FlowDensity>(std::move(named.flow)); });
  system.summary = fmt::format("ln q of {}, {} sites", named.words, target->sites());
  system.extents = {target->sites()};
  system.observables = field_observables(*target);
  system.default_observables = {"mean", "r2"};
  system.variates = std::make_unique<RealVariates>(*target);
  system.exact = [](const ExactEffort&) {
    Exact exact;
    exact.method = "normalised by construction";
    return ExactAnswer{exact, ""};
  };
  system.target = std::move(target);
  return system;
}

}  // namespace

SystemEntry flow_density_entry() {
  SystemEntry entry;
  entry.name = "flow_density";
  entry.summary = "the density of a trained flow, lnZ = 0: a network trained on it is distilled";
  entry.options = {
      option::with_path(option::text("file", "", "model file of the flow; else a random one"),
                        PathForm::file),
      option::integer("sites", "4", "[2, 65536]", "of a random flow"),
      option::real("width", "0.2", "(0, 10]",
                   "standard deviation of its weights about their start"),
      option::integer("weights_seed", "1", "[0, 9007199254740992]", "draws them")};
  entry.example = "[system]\nname = flow_density\nsites = 4\n";
  entry.make = make_flow_density;
  return entry;
}

}  // namespace nmc::catalog
