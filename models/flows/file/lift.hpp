#pragma once

#include "models/flows/map/bijector_flow.hpp"

namespace nmc {

/// The parameters of `larger` that those of a flow of the same layers on half the extents make:
/// plain numbers as they are, those of wave vectors by linear interpolation at the same wave
/// vectors, in each direction. Where `larger` has more layers, as a NeuralRG network has a scale
/// more, layers correspond from the last one in generation back, the finest, and the rest begin as
/// the smaller flow's coarsest do. UserError, with what differs, where it is no double.
[[nodiscard]] std::vector<double> lifted_parameters(const BijectorFlow& smaller,
                                                    const BijectorFlow& larger);

}  // namespace nmc
