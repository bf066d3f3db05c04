#pragma once

#include "models/flows/conv/channel_coupling.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc {

/// Glow (Kingma and Dhariwal 2018, arXiv:1807.03039, fig. 2) for a field on a periodic lattice.
struct GlowSpec {
  std::vector<Index> extents;  ///< even
  int levels = 0;              ///< 0: as many as all extents can be halved
  int steps = 4;               ///< of each level: actnorm, 1×1 convolution, coupling
  int kernel = 3;              ///< below every extent
  ConvNetSpec net;             ///< of every coupling
  int conditions = 0;
};

/// How often all extents can be halved.
[[nodiscard]] int most_levels(const std::vector<Index>& extents);

/// Its layers in generation order. In inference each level squeezes, takes its steps, and lets one
/// half of the channels go, moved by a coupling with the half that stays (the conditional prior of
/// the paper's program); the last level lets all go. 1×1 convolutions start as random rotations of
/// `seed`. UserError where an extent is odd, there are more levels than halvings, or the kernel is
/// as wide as the lattice.
[[nodiscard]] BijectorFlow::Layers glow_layers(const GlowSpec& spec, std::uint64_t seed);

}  // namespace nmc
