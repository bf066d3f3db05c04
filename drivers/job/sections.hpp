#pragma once

#include <string>
#include <vector>

#include "core/options/option_spec.hpp"
#include "drivers/catalog/entries/entry.hpp"

namespace nmc::drivers {

/// Sections of a job file in their order. Keys of [system], [model] and [sampler] also depend on
/// their `name`; those of [sweep] and [sweep.NAME] are keys of the others (sweep.hpp).
[[nodiscard]] const std::vector<std::string>& section_names();

/// The keys of a section that do not depend on a name.
[[nodiscard]] std::vector<OptionSpec> section_options(const std::string& section);

/// The sections as entries for `nmc describe`: of [system], [model] and [sampler] the keys that do
/// not depend on the name.
[[nodiscard]] const std::vector<catalog::Entry>& section_entries();

/// Keys that may differ between an unfinished run and the job that resumes it.
[[nodiscard]] bool may_change_on_resume(const std::string& section, const std::string& key);
/// Those of them that a task of a sweep has no seed of its own for.
[[nodiscard]] bool is_length(const std::string& section, const std::string& key);

}  // namespace nmc::drivers
