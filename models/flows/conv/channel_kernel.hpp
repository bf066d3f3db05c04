#pragma once

#include "models/flows/conv/cells.hpp"
#include "models/flows/conv/conv_net.hpp"
#include "models/flows/map/coupling_kernel.hpp"

namespace nmc {

/// A net of convolutions over cells, with the cells that it couples.
template <class T>
struct ChannelNet {
  const PackedConvNet<T>& net;
  const ConvStencil& stencil;
  const Cells& cells;
};

/// Coupling of channels (Dinh, Sohl-Dickstein and Bengio 2016, sec. 3.4): in every cell the first
/// half of the channels is kept and feeds a net of periodic convolutions, the second half is moved.
/// Affine: y ← y e^s + t in generation, log_det += Σ s; additive: s = 0.
void couple_channels(const ChannelNet<float>&, Direction, TileView<float>);
void couple_channels(const ChannelNet<double>&, Direction, TileView<double>);

/// Vector-Jacobian product of couple_channels() in the same direction, recomputing its input.
void couple_channels_vjp(const ChannelNet<float>&, Direction, const TileVjp<float>&);
void couple_channels_vjp(const ChannelNet<double>&, Direction, const TileVjp<double>&);

}  // namespace nmc
