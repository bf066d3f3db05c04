// Coupling layers on tiles of 64 chains, per SIMD target: forward, inverse and both
// vector-Jacobian products, for all patches of one coupling while its weights are hot.
#if defined(NMC_MODELS_COUPLING_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_COUPLING_KERNEL_INL_H_
#undef NMC_MODELS_COUPLING_KERNEL_INL_H_
#else
#define NMC_MODELS_COUPLING_KERNEL_INL_H_
#endif

#include <algorithm>
#include <cstring>

#include "models/flows/nets/affine_move-inl.h"
#include "models/flows/map/coupling_kernel.hpp"
#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

template <class T>
HWY_INLINE void gather(const std::vector<int>& positions, const int* patch, const T* y, T* in) {
  for (const int k : positions) {
    std::memcpy(in, y + static_cast<std::size_t>(patch[k]) * kTile, sizeof(T) * kTile);
    in += kTile;
  }
}

/// Rows of the nets' input, the kept variables before those of the condition.
template <class T>
std::size_t fed_size(const PackedCoupling<T>& c) {
  return (c.kept.size() + static_cast<std::size_t>(c.conditions)) * kTile;
}

template <class T>
void feed_condition(const PackedCoupling<T>& c, const double* condition, T* in) {
  T* row = in + c.kept.size() * kTile;
  for (int k = 0; k < c.conditions; ++k, row += kTile)
    std::fill_n(row, kTile, static_cast<T>(condition[k]));
}

/// s = scale tanh(S) in place of S; th, where not null, receives tanh(S).
template <class T>
HWY_INLINE void bound_log_scale(const PackedCoupling<T>& c, T* s, T* th) {
  for (std::size_t j = 0; j < c.moved.size(); ++j)
    bound_row(c.scale[j], s + j * kTile, th ? th + j * kTile : nullptr);
}

template <class T>
void couple_all(const PackedCoupling<T>& c, const Patches& patches, Direction way,
                TileView<T> tile) {
  const std::size_t fed = fed_size(c);
  T* in = scratch<T>(fed + kTile + outputs_size(c.shift) + outputs_size(c.log_scale));
  T* log_det = in + fed;
  feed_condition(c, tile.condition, in);
  NetTape<T> shift, log_scale;
  place_outputs(c.log_scale, place_outputs(c.shift, log_det + kTile, shift), log_scale);
  std::fill_n(log_det, kTile, T(0));
  for (int p = 0; p < patches.count; ++p) {
    const int* patch = patches.sites + p * patches.size;
    gather(c.kept, patch, tile.y, in);
    net_forward(c.shift, c.activation, in, shift);
    T* s = nullptr;
    if (!c.log_scale.empty()) {
      net_forward(c.log_scale, c.activation, in, log_scale);
      s = log_scale.h.back();
      bound_log_scale<T>(c, s, nullptr);
    }
    for (std::size_t j = 0; j < c.moved.size(); ++j)
      move_patch(way == Direction::generate, s ? s + j * kTile : nullptr,
                 shift.h.back() + j * kTile,
                 tile.y + static_cast<std::size_t>(patch[c.moved[j]]) * kTile, log_det);
  }
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += static_cast<double>(log_det[k]);
}

/// All scratch of one backward pass over the patches of a coupling.
template <class T>
struct BackwardSpace {
  T* in = nullptr;
  T* th = nullptr;
  T* scale_sums = nullptr;
  NetTape<T> shift, log_scale;

  BackwardSpace(const PackedCoupling<T>& c, bool with_grad) {
    const std::size_t fed = fed_size(c), moved = c.moved.size() * kTile;
    const std::size_t wide =
        static_cast<std::size_t>(std::max(width(c.shift), width(c.log_scale))) * kTile;
    const std::size_t sums =
        with_grad ? sums_size(c.shift) + sums_size(c.log_scale) + c.moved.size() * kLanes<T> : 0;
    const std::size_t all =
        fed + moved + outputs_size(c.shift) + outputs_size(c.log_scale) + 4 * wide + sums;
    in = scratch<T>(all);
    th = in + fed;
    T* at = place_outputs(c.log_scale, place_outputs(c.shift, th + moved, shift), log_scale);
    for (NetTape<T>* tape : {&shift, &log_scale})
      for (T*& g : tape->g) g = at, at += wide;
    if (!with_grad) return;
    std::fill_n(at, sums, T(0));
    shift.sums = at;
    log_scale.sums = at + sums_size(c.shift);
    scale_sums = log_scale.sums + sums_size(c.log_scale);
  }
};

/// gy of the kept variables += the nets' input cotangents.
template <class T>
HWY_INLINE void scatter_add(const std::vector<int>& positions, const int* patch, const T* g,
                            T* gy) {
  const TileTag<T> d;
  for (const int position : positions) {
    T* to = gy + static_cast<std::size_t>(patch[position]) * kTile;
    for (int k = 0; k < kTile; k += kLanes<T>, g += kLanes<T>)
      hn::Store(hn::Add(hn::Load(d, to + k), hn::Load(d, g)), d, to + k);
  }
}

template <class T>
HWY_INLINE void patch_vjp(const PackedCoupling<T>& c, const int* patch, Direction way,
                          const TileVjp<T>& tile, BackwardSpace<T>& space) {
  const bool is_affine = !c.log_scale.empty();
  gather(c.kept, patch, tile.y, space.in);
  net_forward(c.shift, c.activation, space.in, space.shift);
  T* s = nullptr;
  if (is_affine) {
    net_forward(c.log_scale, c.activation, space.in, space.log_scale);
    s = space.log_scale.h.back();
    bound_log_scale(c, s, space.th);
  }
  for (std::size_t j = 0; j < c.moved.size(); ++j) {
    const std::size_t row = j * kTile;
    const std::size_t site = static_cast<std::size_t>(patch[c.moved[j]]) * kTile;
    move_vjp<T>(way == Direction::generate, is_affine ? c.scale[j] : T(0), tile.g_log_det,
                {tile.y + site, tile.gy + site, space.shift.h.back() + row, s ? s + row : nullptr,
                 space.th + row, space.shift.g[0] + row, space.log_scale.g[0] + row,
                 space.scale_sums ? space.scale_sums + j * kLanes<T> : nullptr});
  }
  scatter_add(c.kept, patch, net_vjp(c.shift, c.activation, space.in, space.shift), tile.gy);
  if (is_affine)
    scatter_add(c.kept, patch, net_vjp(c.log_scale, c.activation, space.in, space.log_scale),
                tile.gy);
}

template <class T>
void couple_vjp_all(const PackedCoupling<T>& c, const Patches& patches, Direction way,
                    const TileVjp<T>& tile) {
  BackwardSpace<T> space(c, tile.grad != nullptr);
  feed_condition(c, tile.condition, space.in);
  for (int p = 0; p < patches.count; ++p)
    patch_vjp(c, patches.sites + p * patches.size, way, tile, space);
  if (!tile.grad) return;
  reduce_net(c.shift, space.shift.sums, tile.grad);
  if (c.log_scale.empty()) return;
  reduce_net(c.log_scale, space.log_scale.sums, tile.grad);
  tile_ops::reduce_lanes(space.scale_sums, static_cast<int>(c.moved.size()),
                         tile.grad + c.grad_scale);
}

#define NMC_COUPLE(T)                                                                           \
  void couple_##T(const PackedCoupling<T>& c, const Patches& p, Direction way, TileView<T> t) { \
    couple_all(c, p, way, t);                                                                   \
  }                                                                                             \
  void couple_vjp_##T(const PackedCoupling<T>& c, const Patches& p, Direction way,              \
                      const TileVjp<T>& t) {                                                    \
    couple_vjp_all(c, p, way, t);                                                               \
  }
NMC_COUPLE(float)
NMC_COUPLE(double)
#undef NMC_COUPLE

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
