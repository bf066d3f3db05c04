#pragma once

#include <string>
#include <vector>

#include "drivers/training/stated_network.hpp"

namespace nmc::drivers::latent {

/// A latent oscillator of a symplectic network: in its coordinates the system moves as
/// Q'' = −ω² Q, as far as the network is right.
struct Mode {
  double frequency = 0;         ///< ω, in units of sqrt(force/(length mass)) of the system
  std::vector<double> shape{};  ///< ∂q/∂Q at the image of the origin, (N)
};

/// Of the network's latent oscillators at the condition of its target, slow ones first. UserError
/// where it is no symplectic network.
[[nodiscard]] std::vector<Mode> modes_of(const StatedNetwork& network);

/// Over how many sites a shape spreads, (Σ v²)²/Σ v⁴.
[[nodiscard]] double participation(const std::vector<double>& shape);

[[nodiscard]] std::string modes_text(const StatedNetwork& network, const std::vector<Mode>& modes);
[[nodiscard]] std::string modes_json(const std::vector<Mode>& modes);

}  // namespace nmc::drivers::latent
