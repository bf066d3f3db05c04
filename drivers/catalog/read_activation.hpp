#pragma once

#include <string>

#include "core/options/options.hpp"
#include "core/simd/tile.hpp"

namespace nmc::catalog {

/// The key `activation` of a network.
[[nodiscard]] inline simd::Activation read_activation(const Options& options) {
  const std::string& name = options.text("activation");
  if (name == "tanh") return simd::Activation::tanh;
  return name == "softplus" ? simd::Activation::softplus : simd::Activation::elu;
}

}  // namespace nmc::catalog
