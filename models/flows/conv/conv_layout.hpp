#pragma once

#include "models/flows/conv/conv_coupling.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc {

/// `couplings` of one shape, in generation order; the first one keeps the sites of colour 0, and
/// every next one those of the other colour. UserError where the spec is none.
[[nodiscard]] BijectorFlow::Layers conv_layers(const ConvSpec& spec, Index couplings);

/// Orbits of wave vectors {k, −k} for a free-field layer, in the order of their smallest number;
/// with `is_isotropic` reflections and exchanges of directions of equal extent lead from one to
/// another of an orbit as well.
[[nodiscard]] std::vector<int> wave_orbits(const std::vector<Index>& extents, bool is_isotropic);

}  // namespace nmc
