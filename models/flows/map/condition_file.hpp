#pragma once

#include <string>

#include "core/archive/file.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc {

/// Group of a model file with one group for each condition of a flow, 000 first: attributes name,
/// least, most and own.
void write_conditions(archive::File& file, const std::string& group,
                      const FlowConditions& conditions);
/// UserError, with the place, where they are no conditions of a network.
[[nodiscard]] FlowConditions read_conditions(const archive::File& file, const std::string& group);

}  // namespace nmc
