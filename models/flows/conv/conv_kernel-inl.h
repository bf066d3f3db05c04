// Convolutional couplings of the two colours on tiles of 64 chains, per SIMD target: both
// directions and both vector-Jacobian products.
#if defined(NMC_MODELS_CONV_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CONV_KERNEL_INL_H_
#undef NMC_MODELS_CONV_KERNEL_INL_H_
#else
#define NMC_MODELS_CONV_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/nets/affine_move-inl.h"
#include "models/flows/conv/conv_kernel.hpp"
#include "models/flows/conv/conv_net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// t, and S of an affine map, at one moved site.
template <class T>
HWY_INLINE void run_heads(const PackedConvNet<T>& net, const ConvStencil& stencil,
                          const StencilPart& part, int site, const ConvSpace<T>& space) {
  const ConvField<T> h = space.h.back();
  if (net.map == ConvMap::additive)
    conv_site(along(net.heads[0]), stencil, part, site, h, space.raw.first);
  else if (net.is_odd)
    conv_two_heads<true>(net.heads, stencil, site, h, space.raw.first);
  else
    conv_two_heads<false>(net.heads, stencil, site, h, space.raw.first);
}

template <class T>
void couple_field_all(const PackedConvNet<T>& net, const ConvStencil& stencil, Direction way,
                      TileView<T> tile) {
  ConvSpace<T> space(net, stencil, ConvNeeds{});
  const ConvField<T> y{tile.y, 1};
  run_hidden(net, stencil, places_of_colour(stencil, net.kept), y, space);
  std::fill_n(space.log_det, kTile, T(0));
  const StencilPart part = stencil.writing(1 - net.kept)[0];
  for (const int site : *part.sites) {
    run_heads(net, stencil, part, site, space);
    T* s = nullptr;
    if (net.map == ConvMap::affine) {
      s = space.raw.first + kTile;
      bound_row<T>(net.scale, s, nullptr);
    }
    move_patch<T>(way == Direction::generate, s, space.raw.first, y.at(site), space.log_det);
  }
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += static_cast<double>(space.log_det[k]);
}

/// Moved sites back to where they came from, with the cotangents of the heads there.
template <class T>
void move_back(const PackedConvNet<T>& net, const ConvStencil& stencil, Direction way,
               const TileVjp<T>& tile, ConvSpace<T>& space) {
  const ConvField<T> y{tile.y, 1}, gy{tile.gy, 1};
  const StencilPart part = stencil.writing(1 - net.kept)[0];
  T* scale_sum = space.sums ? space.sums + space.sums_size - kLanes<T> : nullptr;
  for (const int site : *part.sites) {
    run_heads(net, stencil, part, site, space);
    T* s = nullptr;
    if (net.map == ConvMap::affine) {
      s = space.raw.first + kTile;
      bound_row<T>(net.scale, s, space.th);
    }
    T* const g = space.g_raw.at(site);
    move_vjp<T>(way == Direction::generate, net.scale, tile.g_log_det,
                {y.at(site), gy.at(site), space.raw.first, s, space.th, g, s ? g + kTile : nullptr,
                 s ? scale_sum : nullptr});
  }
}

/// Adds the cotangents of the kept sites.
template <class T>
void feed_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, ConvField<T> g,
              const TileVjp<T>& tile, T* by_site) {
  const StencilPart kept = stencil.writing(net.kept)[0];
  const TileTag<T> d;
  const ConvField<T> gy{tile.gy, 1};
  for (const int site : *kept.sites) {
    conv_site(against(net.hidden.front()), stencil, kept, site, g, by_site);
    for (int k = 0; k < kTile; k += kLanes<T>)
      hn::Store(hn::Add(hn::Load(d, gy.at(site) + k), hn::Load(d, by_site + k)), d,
                gy.at(site) + k);
  }
}

template <class T>
void couple_field_vjp_all(const PackedConvNet<T>& net, const ConvStencil& stencil, Direction way,
                          const TileVjp<T>& tile) {
  const bool with_grad = tile.grad != nullptr;
  const bool has_squares = net.is_odd && net.heads[1].outputs > 0 && with_grad;
  ConvSpace<T> space(net, stencil, ConvNeeds{true, with_grad, has_squares});
  const ConvPlaces places = places_of_colour(stencil, net.kept);
  const ConvField<T> y{tile.y, 1};
  run_hidden(net, stencil, places, y, space);
  move_back(net, stencil, way, tile, space);
  if (space.sums) weights_vjp(net, stencil, places, space);
  heads_vjp(net, stencil, places, space);
  feed_vjp(net, stencil, hidden_vjp(net, stencil, places, y, space), tile, space.raw.first);
  if (space.sums) reduce_net(net, stencil, space, tile.grad);
}

#define NMC_COUPLE_FIELD(T)                                                                   \
  void couple_field_##T(const PackedConvNet<T>& net, const ConvStencil& s, Direction way,     \
                        TileView<T> tile) {                                                   \
    couple_field_all(net, s, way, tile);                                                      \
  }                                                                                           \
  void couple_field_vjp_##T(const PackedConvNet<T>& net, const ConvStencil& s, Direction way, \
                            const TileVjp<T>& tile) {                                         \
    couple_field_vjp_all(net, s, way, tile);                                                  \
  }
NMC_COUPLE_FIELD(float)
NMC_COUPLE_FIELD(double)
#undef NMC_COUPLE_FIELD

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
