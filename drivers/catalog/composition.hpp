#pragma once

#include "drivers/catalog/entries/entry.hpp"

/// Samplers composed in a job file: `name = [metropolis x 5, wolff x 1]`.
namespace nmc::catalog {

[[nodiscard]] bool is_composition(const std::string& name);

/// `mode`, which every composition has.
[[nodiscard]] OptionSpec composition_mode_option();

/// An entry whose keys are `mode` and those of the parts, as `wolff.clusters`. UserError, headed by
/// `origin`, for a text that cannot be read, an unknown part, or one that cannot be composed.
[[nodiscard]] SamplerEntry compose(const std::string& name, const std::string& origin);

/// The entry of a name or of a composition.
[[nodiscard]] SamplerEntry named_or_composed(const std::string& name, const std::string& origin);

/// Throws UserError, headed by the origin of the value, where a key of [sampler] is a part's but
/// lacks the part's name.
void refuse_bare_keys(const SamplerEntry& composition, const std::vector<GivenOption>& given);

}  // namespace nmc::catalog
