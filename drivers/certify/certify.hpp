#pragma once

#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "drivers/certify/check.hpp"

namespace nmc::certify {

/// A name of the catalogue, and values of [system], [model] and [sampler].
struct Request {
  std::string name;
  std::vector<GivenOption> given;
};

/// A system with the samplers that take it, or [sampler] name alone; a sampler, a network or an
/// observable on [system] name, or on the first system that they take. Sizes that are not given are
/// small. UserError where nothing has this name, or nothing fits.
[[nodiscard]] Checks certify(const Request& request);

}  // namespace nmc::certify
