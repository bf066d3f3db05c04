#pragma once

#include "drivers/catalog/entries/entry.hpp"
#include "samplers/local/local_spins.hpp"

/// Local updates of spins under the names `metropolis` and `heat_bath`.
namespace nmc::catalog {

/// order and start.
[[nodiscard]] std::vector<OptionSpec> local_spin_options();
/// The sampler of a system of spins; `betas` as in LocalSpins.
[[nodiscard]] std::unique_ptr<Sampler> make_local_spins(const Options& options,
                                                        const System& system, LocalRule rule,
                                                        std::vector<double> betas = {});
/// The same of a system of spins whose energies alone are known.
[[nodiscard]] SamplerParts make_local_energies(const Options& options, const System& system,
                                               LocalRule rule);
[[nodiscard]] SamplerEntry heat_bath_entry();
/// Most spins of a lattice at once.
[[nodiscard]] SamplerEntry sheet_heat_bath_entry();

}  // namespace nmc::catalog
