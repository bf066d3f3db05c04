// The net of a convolutional coupling on tiles of 64 chains, per SIMD target: forward and back. The
// hidden layers are taken on the whole lattice first, since heads at neighbouring sites share them.
#if defined(NMC_MODELS_CONV_NET_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CONV_NET_KERNEL_INL_H_
#undef NMC_MODELS_CONV_NET_KERNEL_INL_H_
#else
#define NMC_MODELS_CONV_NET_KERNEL_INL_H_
#endif

#include <algorithm>
#include <vector>

#include "models/flows/conv/conv_field-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What a net keeps while a tile is processed.
struct ConvNeeds {
  bool is_backward = false;
  bool with_grad = false;    ///< by the weights, backward only
  bool has_squares = false;  ///< of the last hidden layer
  bool gathers = false;      ///< what feeds the net is copied to one place
};

/// Where the numbers of one coupling lie while a tile is processed.
template <class T>
struct ConvSpace {
  std::vector<ConvField<T>> h;  ///< of every hidden layer
  ConvField<T> squares{};       ///< of the last one
  ConvField<T> fed{};           ///< what feeds the net
  ConvField<T> raw{};           ///< outputs of the heads, of one site
  T* log_det = nullptr;         ///< (kTile)
  // Backward only.
  ConvField<T> g_raw{}, g{}, g_next{};
  T* th = nullptr;    ///< (kTile)
  T* sums = nullptr;  ///< lane sums of the layers in their order, then that of scale; or null
  std::size_t sums_size = 0;

  ConvSpace(const PackedConvNet<T>& net, const ConvStencil& stencil, const ConvNeeds& needs) {
    const auto [is_backward, with_grad, has_squares, gathers] = needs;
    const int inputs = net.hidden.front().inputs;
    const auto sites = static_cast<std::size_t>(stencil.sites());
    const int heads = net.heads[0].outputs + net.heads[1].outputs, last = net.hidden.back().outputs;
    int widest = inputs;
    std::size_t rows = static_cast<std::size_t>(heads) + 2;
    for (const auto& layer : net.hidden) {
      widest = std::max(widest, layer.outputs);
      rows += sites * static_cast<std::size_t>(layer.outputs);
    }
    if (has_squares) rows += sites * static_cast<std::size_t>(last);
    if (gathers) rows += sites * static_cast<std::size_t>(inputs);
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
    if (gathers) fed = take(inputs, sites);
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
void run_hidden(const PackedConvNet<T>& net, const ConvStencil& stencil, const ConvPlaces& places,
                ConvField<T> in, ConvSpace<T>& space) {
  for (std::size_t k = 0; k < net.hidden.size(); ++k) {
    const auto& layer = net.hidden[k];
    const ConvField<T> out = space.h[k];
    for (const StencilPart& part : k == 0 ? places.first : stencil.whole()) {
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
void heads_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, const ConvPlaces& places,
               ConvSpace<T>& space) {
  const int rows = net.hidden.back().outputs;
  const auto& [head, other] = net.heads;
  ConvField<T> g{space.g.first, rows};
  ConvField<T> of_other = space.g_raw;
  of_other.first += static_cast<std::size_t>(head.outputs) * kTile;
  T* const more = space.g_next.first;
  for (const StencilPart& part : places.back) {
    if (part.count == 0) continue;
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
}

/// Lane sums of all layers begin where those of layer k do; the heads follow the hidden layers.
template <class T>
void weights_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil, const ConvPlaces& places,
                 ConvSpace<T>& space) {
  T* at = space.sums;
  for (const auto& layer : net.hidden) at += conv_sums_size(layer, stencil);
  ConvField<T> g = space.g_raw;
  for (std::size_t k = 0; k < net.heads.size(); ++k) {
    const auto& head = net.heads[k];
    if (head.outputs == 0) continue;
    const bool is_square = k == 1 && net.is_odd;
    conv_weight_vjp(head, stencil, places.heads, g, is_square ? space.squares : space.h.back(), at);
    at += conv_sums_size(head, stencil);
    g.first += static_cast<std::size_t>(head.outputs) * kTile;
  }
}

/// From the last hidden layer down to the first one; returns the cotangents of its outputs before
/// their activation. `fed` is what feeds the net.
template <class T>
ConvField<T> hidden_vjp(const PackedConvNet<T>& net, const ConvStencil& stencil,
                        const ConvPlaces& places, ConvField<T> fed, ConvSpace<T>& space) {
  T* sums = space.sums;
  for (const auto& layer : net.hidden) sums += space.sums ? conv_sums_size(layer, stencil) : 0;
  ConvField<T> g = space.g, next = space.g_next;
  for (std::size_t k = net.hidden.size(); k-- > 0;) {
    const auto& layer = net.hidden[k];
    g.rows = layer.outputs;
    const ConvField<T> in = k > 0 ? space.h[k - 1] : fed;
    if (space.sums) {
      sums -= conv_sums_size(layer, stencil);
      conv_weight_vjp(layer, stencil, k > 0 ? stencil.whole() : places.first, g, in, sums);
    }
    next.rows = in.rows;
    if (k == 0) break;
    for (const int site : stencil.all) {
      conv_site(against(layer), stencil, stencil.whole()[0], site, g, next.at(site));
      tile_ops::activation_vjp(net.activation, in.at(site), next.at(site), in.rows);
    }
    std::swap(g, next);
  }
  return g;
}

/// Sums of all lanes into the gradient.
template <class T>
void reduce_net(const PackedConvNet<T>& net, const ConvStencil& stencil, const ConvSpace<T>& space,
                double* grad) {
  const T* sums = space.sums;
  const auto reduce = [&](const PackedConvolution<T>& layer) {
    if (layer.outputs == 0) return;
    reduce_convolution(layer, stencil, sums, grad);
    sums += conv_sums_size(layer, stencil);
  };
  for (const auto& layer : net.hidden) reduce(layer);
  for (const auto& head : net.heads) reduce(head);
  if (net.map == ConvMap::affine)
    tile_ops::reduce_lanes(space.sums + space.sums_size - kLanes<T>, 1, grad + net.grad_scale);
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
