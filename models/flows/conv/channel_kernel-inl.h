// Couplings of channels on tiles of 64 chains, per SIMD target: both directions and both
// vector-Jacobian products.
#if defined(NMC_MODELS_CHANNEL_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CHANNEL_KERNEL_INL_H_
#undef NMC_MODELS_CHANNEL_KERNEL_INL_H_
#else
#define NMC_MODELS_CHANNEL_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/nets/affine_move-inl.h"
#include "models/flows/conv/channel_kernel.hpp"
#include "models/flows/conv/conv_net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
T* row_of(T* rows, int place) {
  return rows + static_cast<std::size_t>(place) * kTile;
}

/// What a tile keeps; the squares of the last hidden layer are what S of an odd map reads.
template <class T>
ConvSpace<T> channel_space(const PackedConvNet<T>& net, const ConvStencil& stencil,
                           bool is_backward, bool with_grad) {
  const bool has_squares = net.is_odd && net.map == ConvMap::affine;
  return {net, stencil, ConvNeeds{is_backward, with_grad, has_squares, true}};
}

/// The kept channels of all cells, one after the other, and the hidden layers.
template <class T>
void feed_channels(const ChannelNet<T>& of, T* y, ConvSpace<T>& space) {
  for (int cell = 0; cell < of.cells.count(); ++cell)
    for (int c = 0; c < space.fed.rows; ++c)
      std::copy_n(row_of(y, of.cells.at(cell)[c]), kTile, row_of(space.fed.at(cell), c));
  run_hidden(of.net, of.stencil, places_everywhere(of.stencil), space.fed, space);
}

/// t of the moved channels of a cell, then S where the map is affine.
template <class T>
void channel_heads(const ChannelNet<T>& of, int cell, const ConvSpace<T>& space) {
  const StencilPart part = of.stencil.whole()[0];
  const auto& [shift, scale] = of.net.heads;
  conv_site(along(shift), of.stencil, part, cell, space.h.back(), space.raw.first);
  if (scale.outputs == 0) return;
  conv_site(along(scale), of.stencil, part, cell, of.net.is_odd ? space.squares : space.h.back(),
            row_of(space.raw.first, shift.outputs));
}

template <class T>
void couple_channels_all(const ChannelNet<T>& of, Direction way, TileView<T> tile) {
  ConvSpace<T> space = channel_space(of.net, of.stencil, false, false);
  feed_channels(of, tile.y, space);
  std::fill_n(space.log_det, kTile, T(0));
  const int moved = of.net.heads[0].outputs;
  for (int cell = 0; cell < of.cells.count(); ++cell) {
    channel_heads(of, cell, space);
    for (int c = 0; c < moved; ++c) {
      T* s = nullptr;
      if (of.net.map == ConvMap::affine) {
        s = row_of(space.raw.first, moved + c);
        bound_row<T>(of.net.scale, s, nullptr);
      }
      move_patch<T>(way == Direction::generate, s, row_of(space.raw.first, c),
                    row_of(tile.y, of.cells.at(cell)[space.fed.rows + c]), space.log_det);
    }
  }
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += static_cast<double>(space.log_det[k]);
}

/// Moved channels back to where they came from, with the cotangents of the heads.
template <class T>
void channels_back(const ChannelNet<T>& of, Direction way, const TileVjp<T>& tile,
                   ConvSpace<T>& space) {
  T* const scale_sum = space.sums ? space.sums + space.sums_size - kLanes<T> : nullptr;
  const int moved = of.net.heads[0].outputs;
  for (int cell = 0; cell < of.cells.count(); ++cell) {
    channel_heads(of, cell, space);
    T* const g = space.g_raw.at(cell);
    for (int c = 0; c < moved; ++c) {
      T* s = nullptr;
      if (of.net.map == ConvMap::affine) {
        s = row_of(space.raw.first, moved + c);
        bound_row<T>(of.net.scale, s, space.th);
      }
      const int site = of.cells.at(cell)[space.fed.rows + c];
      move_vjp<T>(
          way == Direction::generate, of.net.scale, tile.g_log_det,
          {row_of(tile.y, site), row_of(tile.gy, site), row_of(space.raw.first, c), s, space.th,
           row_of(g, c), s ? row_of(g, moved + c) : nullptr, s ? scale_sum : nullptr});
    }
  }
}

/// Adds the cotangents of the kept channels.
template <class T>
void kept_vjp(const ChannelNet<T>& of, ConvField<T> g, const TileVjp<T>& tile, T* by_cell) {
  const TileTag<T> d;
  const auto& first = of.net.hidden.front();
  for (int cell = 0; cell < of.cells.count(); ++cell) {
    conv_site(against(first), of.stencil, of.stencil.whole()[0], cell, g, by_cell);
    for (int c = 0; c < first.inputs; ++c) {
      T* const gy = row_of(tile.gy, of.cells.at(cell)[c]);
      const T* const more = row_of(by_cell, c);
      for (int k = 0; k < kTile; k += kLanes<T>)
        hn::Store(hn::Add(hn::Load(d, gy + k), hn::Load(d, more + k)), d, gy + k);
    }
  }
}

template <class T>
void couple_channels_vjp_all(const ChannelNet<T>& of, Direction way, const TileVjp<T>& tile) {
  ConvSpace<T> space = channel_space(of.net, of.stencil, true, tile.grad != nullptr);
  const ConvPlaces places = places_everywhere(of.stencil);
  feed_channels(of, tile.y, space);
  channels_back(of, way, tile, space);
  if (space.sums) weights_vjp(of.net, of.stencil, places, space);
  heads_vjp(of.net, of.stencil, places, space);
  const ConvField<T> g = hidden_vjp(of.net, of.stencil, places, space.fed, space);
  // What feeds the net has been read for the last time.
  kept_vjp(of, g, tile, space.fed.first);
  if (space.sums) reduce_net(of.net, of.stencil, space, tile.grad);
}

#define NMC_COUPLE_CHANNELS(T)                                                                   \
  void couple_channels_##T(const ChannelNet<T>& of, Direction way, TileView<T> tile) {           \
    couple_channels_all(of, way, tile);                                                          \
  }                                                                                              \
  void couple_channels_vjp_##T(const ChannelNet<T>& of, Direction way, const TileVjp<T>& tile) { \
    couple_channels_vjp_all(of, way, tile);                                                      \
  }
NMC_COUPLE_CHANNELS(float)
NMC_COUPLE_CHANNELS(double)
#undef NMC_COUPLE_CHANNELS

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
