#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drivers/latent/latent_report.hpp"
#include "samplers/wave/swap_ladder.hpp"

namespace nmc::drivers::latent {

/// One region, the first `cut` spins.
struct RegionEntropy {
  SwapEntropy by_swap;
  std::optional<double> of_psi{};     ///< of the wave function by all its states
  std::optional<double> of_ground{};  ///< of the ground state of its system
};

struct RenyiReport {
  std::string summary;
  SwapLadderOptions options;
  std::vector<RegionEntropy> regions;
};

/// Rényi-2 entropies of a stored wave function. UserError for one that is that of one
/// magnetisation.
[[nodiscard]] RenyiReport renyi_of(const std::string& model, const Request& request,
                                   const Threads& threads);

[[nodiscard]] std::string renyi_text(const RenyiReport& report);
/// One object for each region.
[[nodiscard]] std::string renyi_json(const RenyiReport& report);
/// Whether a region has no entropy that can be believed.
[[nodiscard]] bool is_refused(const RenyiReport& report);

}  // namespace nmc::drivers::latent
