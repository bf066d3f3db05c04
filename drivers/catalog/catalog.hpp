#pragma once

#include "drivers/catalog/entries/entry.hpp"

/// From names to objects. The files of this folder are the only ones that know everybody.
namespace nmc::catalog {

/// nmc's own, and those that were added (registry.hpp). UserError, from the first of them, where a
/// name was added that is taken. A reference holds until something is added, between two jobs.
[[nodiscard]] const std::vector<SystemEntry>& systems();
/// Quantum systems, whose jobs are of mode = ground_state.
[[nodiscard]] const std::vector<SystemEntry>& quantum_systems();
[[nodiscard]] const std::vector<ModelEntry>& models();
[[nodiscard]] const std::vector<SamplerEntry>& samplers();
[[nodiscard]] const std::vector<Entry>& observables();

/// The entry of a name, of a quantum system too, or UserError with `origin`, the nearest name and
/// where to look.
[[nodiscard]] const SystemEntry& find_system(const std::string& name, const std::string& origin);
[[nodiscard]] const ModelEntry& find_model(const std::string& name, const std::string& origin);
[[nodiscard]] const SamplerEntry& find_sampler(const std::string& name, const std::string& origin);

/// A system as its entry makes it, with the observables that were added, and with at_beta where it
/// has a key beta.
[[nodiscard]] System make_system(const SystemEntry& entry, const Options& options);

/// Why a system lacks an observable that was added, "; NAME: why"; empty where none has that name.
[[nodiscard]] std::string why_without(const std::string& observable, const System& system);

}  // namespace nmc::catalog
