#pragma once

#include <functional>
#include <string>

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::certify {

/// A sampler of a system, made anew each time: of tuned ones the tuning is part of the state.
struct SamplerUnderTest {
  std::string name;
  const System& system;
  std::function<catalog::SamplerParts()> make;
};

}  // namespace nmc::certify
