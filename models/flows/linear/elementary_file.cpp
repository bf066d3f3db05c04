#include <utility>

#include "core/archive/model_entries.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/nets/layer_fields.hpp"

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
  write_condition_count(file, group, conditions());
  write_lines(file, group + "/log_scale", sites(), parameters);
}

StoredLayer ScalingLayer::read(const File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  refuse_others(file, group, {{"type", "conditions"}, with_slopes({"log_scale"}, conditions)});
  std::vector<double> lines = read_lines(file, group + "/log_scale", {sites, conditions});
  return {std::make_unique<ScalingLayer>(sites, conditions), std::move(lines)};
}

}  // namespace nmc
