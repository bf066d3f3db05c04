#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/file/layer_reader.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/flows/map/condition_file.hpp"

namespace nmc {

using archive::File;

namespace {

/// For who reads the file: the level of every latent variable, which the layers say as well.
void write_levels(File& file, const std::string& group, const LatentMap& map) {
  const std::vector<std::int64_t> levels(map.level.begin(), map.level.end());
  file.write(group + "/level", {map.sites()}, std::span<const std::int64_t>(levels));
}

void check_levels(const File& file, const std::string& group, const LatentMap& map) {
  const std::string dataset = group + "/level";
  require_shape(file, dataset, {map.sites()});
  require(std::ranges::equal(file.read_ints(dataset), map.level),
          fmt::format("{}: {} gives other levels than the layers have; leave the dataset away, or "
                      "mend it",
                      file.path(), dataset));
}

}  // namespace

void BijectorFlow::write(File& file, const std::string& group) const {
  file.set_attribute(group, "sites", static_cast<std::int64_t>(sites()));
  file.set_attribute(group, "precision", precision() == Precision::single ? "float" : "double");
  write_layer_count(file, group, layers_.size());
  write_weights_digest(file, group, parameters());
  if (!conditions_.ranges.empty()) write_conditions(file, group + "/conditions", conditions_);
  if (const LatentMap map = latent_map(); map.levels > 1) write_levels(file, group, map);
  for (std::size_t k = 0; k < layers_.size(); ++k) {
    const std::string layer = fmt::format("{}/layers/{:03}", group, k);
    file.create_group(layer);
    layers_[k]->write(file, layer, layer_parameters(k));
  }
}

std::unique_ptr<Flow> BijectorFlow::read(const File& file, const std::string& group) {
  const Index sites = file.int_attribute(group, "sites");
  require(sites >= 1 && sites < std::numeric_limits<int>::max(),
          fmt::format("{}: {} has {} sites", file.path(), group, sites));
  refuse_others(file, group,
                {{"type", "sites", "precision", "name", "layers", "weights_sha256"},
                 {"layers", "symmetry", "conditions", "level"}});
  const bool is_single = one_of(file, group, "precision", {"float", "double"}) == "float";
  FlowConditions conditions;
  if (file.has(group + "/conditions")) conditions = read_conditions(file, group + "/conditions");
  BijectorFlow::Layers layers;
  std::vector<double> parameters;
  for (const auto& name : layer_names(file, group)) {
    StoredLayer stored = read_layer(file, group + "/layers/" + name, sites);
    const Index reads = stored.layer->conditions();
    require(reads == 0 || reads == std::ssize(conditions.ranges),
            fmt::format("{}: {}/layers/{} reads {} conditions and the model has {}", file.path(),
                        group, name, reads, conditions.ranges.size()));
    parameters.insert(parameters.end(), stored.parameters.begin(), stored.parameters.end());
    layers.push_back(std::move(stored.layer));
  }
  const auto bad = std::ranges::find_if_not(parameters, [](double v) { return std::isfinite(v); });
  require(bad == parameters.end(), file.path() + ": a weight is not a finite number");
  require(!layers.empty(), file.path() + ": the model has no layers");
  check_weights_digest(file, group, parameters);
  auto flow = std::make_unique<BijectorFlow>(std::move(layers),
                                             is_single ? Precision::single : Precision::twice, 0,
                                             std::move(conditions));
  std::ranges::copy(parameters, flow->parameters().begin());
  flow->parameters_changed();
  if (file.has(group + "/level")) check_levels(file, group, flow->latent_map());
  return flow;
}

}  // namespace nmc
