#include "models/flows/map/condition_file.hpp"

#include <fmt/format.h>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"

namespace nmc {

using archive::File;

void write_conditions(File& file, const std::string& group, const FlowConditions& conditions) {
  file.create_group(group);
  for (std::size_t k = 0; k < conditions.ranges.size(); ++k) {
    const std::string one = fmt::format("{}/{:03}", group, k);
    file.create_group(one);
    file.set_attribute(one, "name", conditions.ranges[k].name);
    file.set_attribute(one, "least", conditions.ranges[k].least);
    file.set_attribute(one, "most", conditions.ranges[k].most);
    file.set_attribute(one, "own", conditions.own.values[k]);
  }
}

FlowConditions read_conditions(const File& file, const std::string& group) {
  FlowConditions conditions;
  for (const std::string& number : numbered_names(file, group)) {
    const std::string one = fmt::format("{}/{}", group, number);
    refuse_others(file, one, {{"name", "least", "most", "own"}});
    conditions.ranges.push_back({file.string_attribute(one, "name"),
                                 file.double_attribute(one, "least"),
                                 file.double_attribute(one, "most")});
    conditions.own.values.push_back(file.double_attribute(one, "own"));
  }
  try {
    check_ranges(conditions.ranges);
    check_made_for(conditions.ranges, conditions.own);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}: {}", file.path(), group, error.what()));
  }
  return conditions;
}

}  // namespace nmc
