#include <fmt/format.h>

#include <memory>

#include "core/errors.hpp"
#include "models/flows/map/condition_file.hpp"
#include "models/flows/nets/dense_net_file.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/spline/spline_coupling.hpp"

namespace nmc {

using archive::File;

void SplineCoupling::write(File& file, const std::string& group,
                           std::span<const double> parameters) const {
  file.set_attribute(group, "type", "spline_coupling");
  file.set_attribute(group, "bins", static_cast<std::int64_t>(spec_.bins));
  file.set_attribute(group, "bound", spec_.bound);
  file.set_attribute(group, "activation", name_of(spec_.activation));
  file.set_attribute(group, "precision", spec_.precision == Precision::single ? "float" : "double");
  write_condition_count(file, group, conditions());
  file.write(group + "/moved", {std::ssize(spec_.moved)},
             std::vector<std::int64_t>(spec_.moved.begin(), spec_.moved.end()));
  write_dense_net(file, group, spline_net_widths(spec_), parameters);
}

StoredLayer SplineCoupling::read(const File& file, const std::string& group, Index sites) {
  SplineSpec spec;
  spec.sites = sites;
  spec.hidden = read_hidden_widths(
      file, group, {{"type", "bins", "bound", "activation", "precision", "conditions"}, {"moved"}});
  const Index bins = file.int_attribute(group, "bins");
  require(2 <= bins && bins <= 64,
          fmt::format("{}: {} has {} bins; it needs 2 to 64", file.path(), group, bins));
  spec.bins = static_cast<int>(bins);
  spec.bound = file.double_attribute(group, "bound");
  spec.activation = read_activation(file, group);
  spec.precision = one_of(file, group, "precision", {"float", "double"}) == "float"
                       ? Precision::single
                       : Precision::twice;
  spec.conditions = read_condition_count(file, group);
  spec.moved = read_int_vector(file, group + "/moved");
  auto layer = std::make_unique<SplineCoupling>(std::move(spec));
  std::vector<double> parameters = read_dense_net(file, group, spline_net_widths(layer->spec()));
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
