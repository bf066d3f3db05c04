#pragma once

#include <string>

#include "core/archive/file.hpp"
#include "models/flows/map/bijector.hpp"

namespace nmc {

/// A layer of a flow from its group in a model file. UserError with the place of what is wrong; no
/// count, shape or number is used before it is checked.
[[nodiscard]] StoredLayer read_layer(const archive::File& file, const std::string& group,
                                     Index sites);

}  // namespace nmc
