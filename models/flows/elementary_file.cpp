#include "core/archive/model_entries.hpp"
#include "models/flows/elementary.hpp"
#include "models/flows/layer_fields.hpp"

namespace nmc {

using archive::File;

void PermutationLayer::write(File& file, const std::string& group,
                             std::span<const double> /*parameters*/) const {
  file.set_attribute(group, "type", "permutation");
  file.write(group + "/permutation", {sites()}, wide(permutation_));
}

StoredLayer PermutationLayer::read(const File& file, const std::string& group, Index /*sites*/) {
  refuse_others(file, group, {{"type"}, {"permutation"}});
  return {std::make_unique<PermutationLayer>(read_int_vector(file, group + "/permutation")), {}};
}

void ScalingLayer::write(File& file, const std::string& group,
                         std::span<const double> parameters) const {
  file.set_attribute(group, "type", "scaling");
  file.write(group + "/log_scale", {sites()}, parameters);
}

StoredLayer ScalingLayer::read(const File& file, const std::string& group, Index sites) {
  refuse_others(file, group, {{"type"}, {"log_scale"}});
  require_shape(file, group + "/log_scale", {sites});
  return {std::make_unique<ScalingLayer>(sites), file.read_doubles(group + "/log_scale")};
}

}  // namespace nmc
