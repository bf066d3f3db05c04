#pragma once

#include <string>

#include "core/options/options.hpp"
#include "core/simd/tile.hpp"
#include "drivers/catalog/read/read_lattice.hpp"

namespace nmc::catalog {

/// The key `activation` of a network.
[[nodiscard]] inline simd::Activation read_activation(const Options& options) {
  const std::string& name = options.text("activation");
  if (name == "tanh") return simd::Activation::tanh;
  return name == "softplus" ? simd::Activation::softplus : simd::Activation::elu;
}

/// UserError where hidden layers are described and `depth = 0` has none.
inline void refuse_unused_units(const Options& options) {
  if (options.integer("depth") == 0)
    refuse_given(options, {"hidden", "activation"}, "depth = 0 has no hidden layers");
}

}  // namespace nmc::catalog
