#pragma once

#include <map>
#include <string>

#include "drivers/certify/check.hpp"
#include "physics/system.hpp"

namespace nmc {
class Trainable;
}

namespace nmc::certify {

struct ModelUnderTest {
  std::string name;                           ///< in the catalogue
  std::map<std::string, std::string> target;  ///< as in a model file
  const System& system;
};

/// Normalisation, draws, gradients, round trips, rows, and the way through a file. Parameters are
/// moved away from their start, where gradients may vanish, and stay there.
[[nodiscard]] Checks certify_model(const ModelUnderTest& named, Trainable& model);

}  // namespace nmc::certify
