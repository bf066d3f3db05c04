#pragma once

#include "models/flows/conv/conv_net.hpp"
#include "models/flows/map/coupling_kernel.hpp"

namespace nmc {

/// Convolutional coupling of a lattice field (Albergo, Kanwar and Shanahan 2019, eq. 15; with
/// convolutions Albergo et al. 2021, arXiv:2101.08176): sites of one colour of the checkerboard are
/// kept and feed a net of periodic convolutions, those of the other are moved. Affine: y ← y e^s +
/// t in generation, log_det += Σ s; additive: s = 0.
void couple_field(const PackedConvNet<float>&, const ConvStencil&, Direction, TileView<float>);
void couple_field(const PackedConvNet<double>&, const ConvStencil&, Direction, TileView<double>);

/// Vector-Jacobian product of couple_field() in the same direction, recomputing its input.
void couple_field_vjp(const PackedConvNet<float>&, const ConvStencil&, Direction,
                      const TileVjp<float>&);
void couple_field_vjp(const PackedConvNet<double>&, const ConvStencil&, Direction,
                      const TileVjp<double>&);

}  // namespace nmc
