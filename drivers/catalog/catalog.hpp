#pragma once

#include "drivers/catalog/entry.hpp"

/// From names to objects. The files of this folder are the only ones that know everybody.
namespace nmc::catalog {

[[nodiscard]] const std::vector<SystemEntry>& systems();
[[nodiscard]] const std::vector<ModelEntry>& models();
[[nodiscard]] const std::vector<SamplerEntry>& samplers();
[[nodiscard]] const std::vector<Entry>& observables();

/// The entry of a name, or UserError with `origin`, the nearest name and where to look.
[[nodiscard]] const SystemEntry& find_system(const std::string& name, const std::string& origin);
[[nodiscard]] const ModelEntry& find_model(const std::string& name, const std::string& origin);
[[nodiscard]] const SamplerEntry& find_sampler(const std::string& name, const std::string& origin);

/// Adds a system of a user's program; see register.hpp. A name that is taken throws UserError.
void add_system(SystemEntry entry);

}  // namespace nmc::catalog
