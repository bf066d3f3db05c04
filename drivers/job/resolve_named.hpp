#pragma once

#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "drivers/catalog/catalog.hpp"

/// The sections of a job, each from the values given, whatever stands in the others.
namespace nmc::drivers {

/// A section whose keys are always the same.
[[nodiscard]] Options resolve_fixed(const std::string& section,
                                    const std::vector<GivenOption>& given);

/// A section whose name has keys of its own. Those of `inner` come after; keys that both have are
/// the outer one's.
[[nodiscard]] Options resolve_named(const std::string& section,
                                    const std::vector<GivenOption>& given,
                                    const catalog::Entry& entry,
                                    const catalog::Entry* inner = nullptr);

/// The values of [system], and what its name stands for.
[[nodiscard]] Options resolve_system(const std::vector<GivenOption>& given,
                                     const catalog::SystemEntry*& entry);

}  // namespace nmc::drivers
