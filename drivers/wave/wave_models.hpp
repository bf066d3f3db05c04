#pragma once

#include "core/roles/wave_function.hpp"
#include "drivers/catalog/entries/entry.hpp"
#include "samplers/wave/wave_metropolis.hpp"

namespace nmc::catalog {

/// A wave function of a job with mode = ground_state.
struct WaveEntry : Entry {
  /// `seed` draws the numbers to begin with. UserError where it does not go with the system.
  std::function<std::unique_ptr<WaveFunction>(const Options&, const System&, std::uint64_t seed)>
      make;
};

[[nodiscard]] const std::vector<WaveEntry>& wave_models();
/// The networks of spins that are drawn one after the other, as wave functions √q: under the names
/// and with the keys that they have as models.
[[nodiscard]] const std::vector<WaveEntry>& network_waves();
/// Of both, or UserError with `origin`, the nearest name and where to look.
[[nodiscard]] const WaveEntry& find_wave(const std::string& name, const std::string& origin);

/// The keys of [sampler] of such a job.
[[nodiscard]] std::vector<OptionSpec> wave_sampler_options();
/// Whether configurations are drawn and not walked to. UserError for keys of chains beside it, and
/// where ψ cannot be drawn.
[[nodiscard]] bool draws_exactly(const Options& sampler, const WaveFunction& psi);
/// What they say on this system; UserError where its chains cannot move so.
[[nodiscard]] WaveMoves read_wave_moves(const Options& sampler, const System& system);

/// Makes the target of the system |ψ|², with the observables of a quantum system: energy and
/// energy2, of the local energy, mx, m, abs_m, m2, m4. ψ must outlive the system, and so must the
/// target that it had, which is returned.
[[nodiscard]] std::unique_ptr<const Target> set_wave(const WaveFunction& psi, System& system);
/// Their names.
[[nodiscard]] const std::vector<std::string>& wave_observable_names();

}  // namespace nmc::catalog
