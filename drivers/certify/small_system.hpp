#pragma once

#include <string>
#include <vector>

#include "drivers/catalog/catalog.hpp"

namespace nmc::certify {

/// A system with the values it was made from.
struct SmallSystem {
  Options options;
  System system;
};

/// With what was given in [system], the rest as in its example, but the least L, N, n, sites or
/// pairs of which a system of two or more sites can be made.
[[nodiscard]] SmallSystem small_system(const catalog::SystemEntry& entry,
                                       const std::vector<GivenOption>& given);

/// Those of a section, with `name`, and with other values where their keys are not given.
[[nodiscard]] std::vector<GivenOption> section_with(const std::vector<GivenOption>& given,
                                                    const std::string& section,
                                                    const std::string& name);
/// The value of section.key; "" where it is not given.
[[nodiscard]] std::string given_value(const std::vector<GivenOption>& given,
                                      const std::string& section, const std::string& key);

}  // namespace nmc::certify
