#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "models/flows/bijector.hpp"

namespace nmc {

/// A layer with the parameters that belong to it.
struct StoredLayer {
  std::unique_ptr<Bijector> layer;
  std::vector<double> parameters;
};

/// A layer of a flow from its group in a model file. UserError with the place of what is wrong; no
/// count, shape or number is used before it is checked.
[[nodiscard]] StoredLayer read_layer(const archive::File& file, const std::string& group,
                                     Index sites);

}  // namespace nmc
