// Convolutional couplings on tiles of 64 chains, per SIMD target: both directions and both
// vector-Jacobian products. The hidden layers are taken on the whole lattice first, since heads at
// neighbouring sites share them.
#if defined(NMC_MODELS_CONV_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CONV_KERNEL_INL_H_
#undef NMC_MODELS_CONV_KERNEL_INL_H_
#else
#define NMC_MODELS_CONV_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/affine_move-inl.h"
#include "models/flows/conv_field-inl.h"
#include "models/flows/conv_kernel.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Where the numbers of one coupling lie while a tile is processed.
template <class T>
struct ConvSpace {
  std::vector<ConvField<T>> h;  ///< of every hidden layer
  ConvField<T> squares{};       ///< of the last one, where a head's weights need them
  ConvField<T> raw{};           ///< outputs of the heads, of one site
  T* log_det = nullptr;         ///< (kTile)
  // Backward only.
  ConvField<T> g_raw{}, g{}, g_next{};
  T* th = nullptr;    ///< (kTile)
  T* sums = nullptr;  ///< lane sums of the layers in their order, then that of scale; or null
  std::size_t sums_size = 0;

  ConvSpace(const PackedConvNet<T>& net, const ConvStencil& stencil, bool is_backward,
            bool with_grad) {
    const auto sites = static_cast<std::size_t>(stencil.sites());
    const int heads = net.heads[0].outputs + net.heads[1].outputs, last = net.hidden.back().outputs;
    int widest = 1;
    std::size_t rows = static_cast<std::size_t>(heads) + 2;
    for (const auto& layer : net.hidden) {
      widest = std::max(widest, layer.outputs);
      rows += sites * static_cast<std::size_t>(layer.outputs);
    }
    const bool has_squares = net.is_odd && net.heads[1].outputs > 0 && with_grad;
    if (has_squares) rows += sites * static_cast<std::size_t>(last);
    if (is_backward) rows += sites * static_cast<std::size_t>(heads + 2 * widest);
    if (with_grad) {
      for (const auto& layer : net.hidden) sums_size += conv_sums_size(layer, stencil);
      for (const auto& head : net.heads) sums_size += conv_sums_size(head, stencil);
      sums_size += kLanes<T>;
    }
    T* at = scratch<T>(rows * kTile + sums_size);
    const auto take = [&](int per_site, std::size_t count) {
      const ConvField<T> field{at, per_site};
      at += static_cast<std::size_t>(per_site) * count * kTile;
      return field;
    };
    for (const auto& layer : net.hidden) h.push_back(take(layer.outputs, sites));
    if (has_squares) squares = take(last, sites);
    raw = take(heads, 1);
    log_det = take(1, 1).first;
    th = take(1, 1).first;
    if (is_backward)
      g_raw = take(heads, sites), g = take(widest, sites), g_next = take(widest, sites);
    if (!with_grad) return;
    sums = at;
    std::fill_n(sums, sums_size, T(0));
  }
};

/// tanh of hidden units: (1 - e)/(1 + e) with e = e^{-2|x|}. Exactly odd; absolute error in float
/// 2 ulp of 1, relative ones of small x are larger. In double tanh itself.
template <class D, class V>
HWY_INLINE V vec_unit_tanh(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    return hn::Tanh(d, x);
  } else {
    const V one = hn::Set(d, 1);
    const V e = tile_ops::exp_nonpositive(d, hn::Mul(hn::Set(d, -2), hn::Abs(x)));
    return hn::CopySign(hn::Div(hn::Sub(one, e), hn::Add(one, e)), x);
  }
}

template <class T>
HWY_NOINLINE void activate_units(simd::Activation kind, T* h, int rows) {
  if (kind != simd::Activation::tanh) return tile_ops::activate(kind, h, rows);
  const TileTag<T> d;
  for (int k = 0; k < rows * kTile; k += kLanes<T>)
    hn::Store(vec_unit_tanh(d, hn::Load(d, h + k)), d, h + k);
}

template <class T>
void run_hidden(const PackedConvNet<T>& net, const ConvStencil& stencil, ConvField<T> in,
                ConvSpace<T>& space) {
  for (std::size_t k = 0; k < net.hidden.size(); ++k) {
    const auto& layer = net.hidden[k];
    const ConvField<T> out = space.h[k];
    for (const StencilPart& part : k == 0 ? stencil.reading(net.kept) : stencil.whole()) {
      if (part.count == 0) continue;
      for (const int site : *part.sites) {
        conv_site(along(layer), stencil, part, site, in, out.at(site));
        activate_units(net.activation, out.at(site), layer.outputs);
      }
    }
    in = out;
  }
  if (space.squares.rows == 0) return;
  const TileTag<T> d;
  const T* h = space.h.back().first;
  const auto numbers = static_cast<std::size_t>(stencil.sites() * space.squares.rows) *
                       static_cast<std::size_t>(kTile);
  for (std::size_t k = 0; k < numbers; k += kLanes<T>) {
    const auto x = hn::Load(d, h + k);
    hn::Store(hn::Mul(x, x), d, space.squares.first + k);
  }
}

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
  ConvSpace<T> space(net, stencil, false, false);
  const ConvField<T> y{tile.y, 1};
  run_hidden(net, stencil, y, space);
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

/// g ← (g + factor · more) f'(h) at one site; factor 2h where more is by squares, else 1.
template <class T>
HWY_INLINE void join_heads(bool is_square, const T* HWY_RESTRICT h, const T* HWY_RESTRICT more,
                           T* HWY_RESTRICT g, int rows) {
  const TileTag<T> d;
  for (int k = 0; k < rows * kTile; k += kLanes<T>) {
    const auto x = hn::Load(d, h + k), by = hn::Load(d, more + k), sum = hn::Load(d, g + k);
    hn::Store(is_square ? hn::MulAdd(hn::Add(x, x), by, sum) : hn::Add(by, sum), d, g + k);
  }
}

/// Cotangents of the last hidden layer, before its activation, from those of the heads.
template <class T>
void heads_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, ConvSpace<T>& space) {
  const int moved = 1 - net.kept, rows = net.hidden.back().outputs;
  const auto& [head, other] = net.heads;
  ConvField<T> g{space.g.first, rows};
  ConvField<T> of_other = space.g_raw;
  of_other.first += static_cast<std::size_t>(head.outputs) * kTile;
  T* const more = space.g_next.first;
  for (const StencilPart& part : stencil.reading(moved))
    for (const int site : *part.sites) {
      conv_site(against(head), stencil, part, site, space.g_raw, g.at(site));
      const T* h = space.h.back().at(site);
      if (other.outputs > 0) {
        conv_site(against(other), stencil, part, site, of_other, more);
        join_heads(net.is_odd, h, more, g.at(site), rows);
      }
      tile_ops::activation_vjp(net.activation, h, g.at(site), rows);
    }
}

/// Lane sums of all layers begin where those of layer k do; the heads follow the hidden layers.
template <class T>
void weights_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, ConvSpace<T>& space) {
  T* at = space.sums;
  for (const auto& layer : net.hidden) at += conv_sums_size(layer, stencil);
  ConvField<T> g = space.g_raw;
  for (std::size_t k = 0; k < net.heads.size(); ++k) {
    const auto& head = net.heads[k];
    if (head.outputs == 0) continue;
    const bool is_square = k == 1 && net.is_odd;
    conv_weight_vjp(head, stencil, stencil.writing(1 - net.kept), g,
                    is_square ? space.squares : space.h.back(), at);
    at += conv_sums_size(head, stencil);
    g.first += static_cast<std::size_t>(head.outputs) * kTile;
  }
}

/// From the last hidden layer down to the kept sites.
template <class T>
void hidden_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, const TileVjp<T>& tile,
                ConvSpace<T>& space) {
  T* sums = space.sums;
  for (const auto& layer : net.hidden) sums += space.sums ? conv_sums_size(layer, stencil) : 0;
  ConvField<T> g = space.g, next = space.g_next;
  for (std::size_t k = net.hidden.size(); k-- > 0;) {
    const auto& layer = net.hidden[k];
    g.rows = layer.outputs;
    const ConvField<T> in = k > 0 ? space.h[k - 1] : ConvField<T>{tile.y, 1};
    if (space.sums) {
      sums -= conv_sums_size(layer, stencil);
      conv_weight_vjp(layer, stencil, k > 0 ? stencil.whole() : stencil.reading(net.kept), g, in,
                      sums);
    }
    next.rows = in.rows;
    if (k == 0) break;
    for (const int site : stencil.all) {
      conv_site(against(layer), stencil, stencil.whole()[0], site, g, next.at(site));
      tile_ops::activation_vjp(net.activation, in.at(site), next.at(site), in.rows);
    }
    std::swap(g, next);
  }
  const StencilPart kept = stencil.writing(net.kept)[0];
  const TileTag<T> d;
  const ConvField<T> gy{tile.gy, 1};
  for (const int site : *kept.sites) {
    T* const by_site = space.raw.first;
    conv_site(against(net.hidden.front()), stencil, kept, site, g, by_site);
    for (int k = 0; k < kTile; k += kLanes<T>)
      hn::Store(hn::Add(hn::Load(d, gy.at(site) + k), hn::Load(d, by_site + k)), d,
                gy.at(site) + k);
  }
}

template <class T>
void couple_field_vjp_all(const PackedConvNet<T>& net, const ConvStencil& stencil, Direction way,
                          const TileVjp<T>& tile) {
  ConvSpace<T> space(net, stencil, true, tile.grad != nullptr);
  run_hidden(net, stencil, ConvField<T>{tile.y, 1}, space);
  move_back(net, stencil, way, tile, space);
  if (space.sums) weights_vjp(net, stencil, space);
  heads_vjp(net, stencil, space);
  hidden_vjp(net, stencil, tile, space);
  if (!space.sums) return;
  const T* sums = space.sums;
  const auto reduce = [&](const PackedConvolution<T>& layer) {
    if (layer.outputs == 0) return;
    reduce_convolution(layer, stencil, sums, tile.grad);
    sums += conv_sums_size(layer, stencil);
  };
  for (const auto& layer : net.hidden) reduce(layer);
  for (const auto& head : net.heads) reduce(head);
  if (net.map == ConvMap::affine)
    tile_ops::reduce_lanes(space.sums + space.sums_size - kLanes<T>, 1, tile.grad + net.grad_scale);
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
