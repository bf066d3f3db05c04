// Affine autoregression on tiles of 64 chains, per SIMD target: one pass token after token, and its
// vector-Jacobian products, which go through the tokens backwards.
#if defined(NMC_MODELS_MADE_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_MADE_KERNEL_INL_H_
#undef NMC_MODELS_MADE_KERNEL_INL_H_
#else
#define NMC_MODELS_MADE_KERNEL_INL_H_
#endif

#include "models/flows/autoregressive/made_kernel.hpp"
#include "models/flows/autoregressive/masked_gradient-inl.h"
#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

/// Rows of a pass, in the scratch of the thread: in the order of the tokens.
template <class T>
struct MadeRows {
  T* x = nullptr;       ///< the field
  T* out = nullptr;     ///< mean, and tanh S where there is a net of scales
  T* direct = nullptr;  ///< one row
  std::vector<T*> h{};  ///< hidden units
  // Backward: cotangents of these, and two rows that go to the field.
  T* g_out = nullptr;
  T* g_mean = nullptr;
  std::vector<T*> g_h{};
  T* g_x = nullptr;
};

template <class T>
MadeRows<T> made_rows(const MadeLayout& net, bool is_backward) {
  const int n = net.tokens(), outputs = net.output.outputs();
  int rows = n + outputs + 1, units = 0;
  for (const auto& layer : net.hidden) units += layer.outputs();
  rows += units;
  if (is_backward) rows += outputs + n + units + 2;
  T* at = scratch<T>(static_cast<std::size_t>(rows) * kTile);
  const auto take = [&at](int count) {
    T* here = at;
    at += static_cast<std::size_t>(count) * kTile;
    return here;
  };
  MadeRows<T> all;
  all.x = take(n);
  all.out = take(outputs);
  all.direct = take(1);
  for (const auto& layer : net.hidden) all.h.push_back(take(layer.outputs()));
  if (!is_backward) return all;
  all.g_out = take(outputs);
  all.g_mean = take(n);
  for (const auto& layer : net.hidden) all.g_h.push_back(take(layer.outputs()));
  all.g_x = take(2);
  return all;
}

template <class T>
HWY_INLINE T* row_of(T* rows, int row) {
  return rows + static_cast<std::size_t>(row) * kTile;
}

/// Outputs of a token of one layer.
template <class T>
HWY_INLINE void read_token(const MaskedShape& shape, const MaskedWeights<T>& weights, int t,
                           const T* bias, const T* in, T* out) {
  tile_ops::dense<T>(weights.forward.data() + shape.forward(t), bias, in, shape.read(t), out,
                     shape.group_out(t));
}

/// Cotangents of the inputs of a token, from those of all outputs that read them.
template <class T>
HWY_INLINE void pull_token(const MaskedShape& shape, const MaskedWeights<T>& weights, int t,
                           const T* g, T* g_in) {
  const int first = shape.first_reader(t);
  tile_ops::dense<T>(weights.backward.data() + shape.backward(t), nullptr, row_of(g, first),
                     shape.outputs() - first, g_in, shape.group_in(t));
}

template <class T>
HWY_INLINE void outputs_of(const MadeNet<T>& net, int t, const MadeRows<T>& rows) {
  const MadeLayout& layout = net.layout;
  const int first = layout.output.out(t);
  read_token<T>(layout.output, net.weights.output, t, net.biases.bias.back().data() + first,
                rows.h.empty() ? rows.x : rows.h.back(), row_of(rows.out, first));
  read_token<T>(layout.direct, net.weights.direct, t, nullptr, rows.x, rows.direct);
}

template <class T>
HWY_INLINE void units_of(const MadeNet<T>& net, int t, const MadeRows<T>& rows) {
  const T* in = rows.x;
  for (std::size_t l = 0; l < net.layout.hidden.size(); ++l) {
    const MaskedShape& shape = net.layout.hidden[l];
    const int first = shape.out(t), count = shape.group_out(t);
    if (count > 0) {
      T* h = row_of(rows.h[l], first);
      read_token<T>(shape, net.weights.hidden[l], t, net.biases.bias[l].data() + first, in, h);
      tile_ops::activate(net.layout.activation, h, count);
    }
    in = rows.h[l];
  }
}

/// One token as it is moved; s is null without a net of scales.
template <class T>
struct MadeToken {
  T* mean;
  T* s;
  const T* direct;
  T log_scale, bound;
};

template <class T>
HWY_INLINE MadeToken<T> token_of(const MadeNet<T>& net, int t, const MadeRows<T>& rows) {
  T* mean = row_of(rows.out, net.layout.output.out(t));
  const bool has_net = net.layout.per_token == 2;
  const auto at = static_cast<std::size_t>(t);
  return {mean, has_net ? mean + kTile : nullptr, rows.direct, net.biases.log_scale[at],
          has_net ? net.weights.bound[at] : T(0)};
}

/// Completes mean and tanh S, moves the token and keeps its x.
template <class T>
HWY_NOINLINE void move_token(Direction way, const MadeToken<T>& token, T* y, T* x,
                             double* log_det) {
  const TileTag<T> d;
  alignas(64) T alphas[kTile];
  for (int k = 0; k < kTile; k += kLanes<T>) {
    const auto mean = hn::Add(hn::Load(d, token.mean + k), hn::Load(d, token.direct + k));
    hn::Store(mean, d, token.mean + k);
    auto alpha = hn::Set(d, token.log_scale);
    if (token.s) {
      const auto th = tile_ops::vec_tanh(d, hn::Load(d, token.s + k));
      hn::Store(th, d, token.s + k);
      alpha = hn::MulAdd(hn::Set(d, token.bound), th, alpha);
    }
    hn::Store(alpha, d, alphas + k);
    const auto v = hn::Load(d, y + k);
    const auto moved = way == Direction::generate
                           ? hn::MulAdd(v, hn::Exp(d, alpha), mean)
                           : hn::Mul(hn::Sub(v, mean), hn::Exp(d, hn::Neg(alpha)));
    hn::Store(moved, d, y + k);
    hn::Store(way == Direction::generate ? moved : v, d, x + k);
  }
  const double sign = way == Direction::generate ? 1 : -1;
  for (int k = 0; k < kTile; ++k) log_det[k] += sign * static_cast<double>(alphas[k]);
}

template <class T>
void pass_tokens(const MadeNet<T>& net, Direction way, const MadeRows<T>& rows, TileView<T> tile) {
  for (int t = 0; t < net.layout.tokens(); ++t) {
    outputs_of(net, t, rows);
    move_token(way, token_of(net, t, rows),
               row_of(tile.y, net.layout.order[static_cast<std::size_t>(t)]), row_of(rows.x, t),
               tile.log_det);
    units_of(net, t, rows);
  }
}

/// The cotangents of one token: gy enters as that of its image and leaves as that of what it was;
/// g_x (2 rows) is what the nets of later tokens add to that of x.
template <class T>
struct TokenVjp {
  const T* x;
  const T* g_x;
  T* gy;
  const T* g_log_det;
  T* g_mean;
  T* g_s;
  T* g_alpha;  ///< for the sums
};

/// generate: g = g_x' + nets gives g_z = g e^α, g_m = g, g_α = g (x − m) + g_log_det;
/// infer: g_x = g_z e^−α + nets, g_m = −g_z e^−α, g_α = −g_z z − g_log_det.
template <class T>
HWY_NOINLINE void move_token_vjp(Direction way, const MadeToken<T>& token, const TokenVjp<T>& v) {
  const TileTag<T> d;
  const auto bound = hn::Set(d, token.bound);
  for (int k = 0; k < kTile; k += kLanes<T>) {
    auto alpha = hn::Set(d, token.log_scale), th = hn::Zero(d);
    if (token.s) {
      th = hn::Load(d, token.s + k);
      alpha = hn::MulAdd(bound, th, alpha);
    }
    const auto moved = hn::Sub(hn::Load(d, v.x + k), hn::Load(d, token.mean + k));
    const auto nets = hn::Add(hn::Load(d, v.g_x + k), hn::Load(d, v.g_x + kTile + k));
    const auto gy = hn::Load(d, v.gy + k), gl = hn::Load(d, v.g_log_det + k);
    auto g_alpha = gl, g_mean = gy;
    if (way == Direction::generate) {
      g_mean = hn::Add(gy, nets);
      g_alpha = hn::MulAdd(g_mean, moved, gl);
      hn::Store(hn::Mul(g_mean, hn::Exp(d, alpha)), d, v.gy + k);
    } else {
      const auto g = hn::Mul(gy, hn::Exp(d, hn::Neg(alpha)));
      g_mean = hn::Neg(g);
      g_alpha = hn::Neg(hn::MulAdd(g, moved, gl));
      hn::Store(hn::Add(g, nets), d, v.gy + k);
    }
    hn::Store(g_mean, d, v.g_mean + k);
    hn::Store(g_alpha, d, v.g_alpha + k);
    if (token.s) {
      const auto slope = hn::NegMulAdd(th, th, hn::Set(d, 1));
      hn::Store(hn::Mul(hn::Mul(g_alpha, bound), slope), d, v.g_s + k);
    }
  }
}

/// Of the field: from the first hidden layer and from the direct weights.
template <class T>
HWY_INLINE void pull_field(const MadeNet<T>& net, int t, const MadeRows<T>& rows) {
  if (rows.h.empty())
    std::fill_n(rows.g_x, kTile, T(0));
  else
    pull_token<T>(net.layout.hidden[0], net.weights.hidden[0], t, rows.g_h[0], rows.g_x);
  pull_token<T>(net.layout.direct, net.weights.direct, t, rows.g_mean, rows.g_x + kTile);
}

/// Of the hidden units of a token, the last layer first: all that reads them is done.
template <class T>
HWY_INLINE void pull_units(const MadeNet<T>& net, int t, const MadeRows<T>& rows) {
  for (std::size_t l = rows.h.size(); l-- > 0;) {
    const MaskedShape& shape = net.layout.hidden[l];
    const int first = shape.out(t), count = shape.group_out(t);
    if (count == 0) continue;
    T* g = row_of(rows.g_h[l], first);
    if (l + 1 == rows.h.size())
      pull_token<T>(net.layout.output, net.weights.output, t, rows.g_out, g);
    else
      pull_token<T>(net.layout.hidden[l + 1], net.weights.hidden[l + 1], t, rows.g_h[l + 1], g);
    tile_ops::activation_vjp<T>(net.layout.activation, row_of(rows.h[l], first), g, count);
  }
}

/// log_scale += Σ_chains g_α, bound += Σ_chains g_α tanh S.
template <class T>
HWY_INLINE void add_scale_grad(const MadeToken<T>& token, int t, const T* g_alpha,
                               MadeGradient& grad) {
  double sum = 0, by_bound = 0;
  for (int k = 0; k < kTile; ++k) {
    sum += static_cast<double>(g_alpha[k]);
    if (token.s) by_bound += static_cast<double>(g_alpha[k]) * static_cast<double>(token.s[k]);
  }
  grad.log_scale[static_cast<std::size_t>(t)] += sum;
  if (token.s) grad.bound[static_cast<std::size_t>(t)] += by_bound;
}

template <class T>
void add_net_grad(const MadeNet<T>& net, const MadeRows<T>& rows, MadeGradient& grad) {
  const MadeLayout& layout = net.layout;
  const T* in = rows.x;
  for (std::size_t l = 0; l < rows.h.size(); ++l) {
    masked_gradient<T>(layout.hidden[l], rows.g_h[l], in, grad.hidden[l]);
    row_sums<T>(rows.g_h[l], layout.hidden[l].outputs(), grad.bias[l].data());
    in = rows.h[l];
  }
  if (!rows.h.empty()) masked_gradient<T>(layout.output, rows.g_out, in, grad.output);
  row_sums<T>(rows.g_out, layout.output.outputs(), grad.bias.back().data());
  masked_gradient<T>(layout.direct, rows.g_mean, rows.x, grad.direct);
}

template <class T>
void vjp_tokens(const MadeNet<T>& net, Direction way, const TileVjp<T>& tile, MadeGradient* grad) {
  const MadeRows<T> rows = made_rows<T>(net.layout, true);
  double unused[kTile] = {};
  const Direction back = way == Direction::generate ? Direction::infer : Direction::generate;
  pass_tokens(net, back, rows, {tile.y, unused, nullptr});
  alignas(64) T g_alpha[kTile];
  for (int t = net.layout.tokens() - 1; t >= 0; --t) {
    pull_units(net, t, rows);
    pull_field(net, t, rows);
    const MadeToken<T> token = token_of(net, t, rows);
    T* g_mean = row_of(rows.g_out, net.layout.output.out(t));
    move_token_vjp<T>(way, token,
                      {row_of(rows.x, t), rows.g_x,
                       row_of(tile.gy, net.layout.order[static_cast<std::size_t>(t)]),
                       tile.g_log_det, g_mean, g_mean + kTile, g_alpha});
    std::copy_n(g_mean, kTile, row_of(rows.g_mean, t));
    if (grad) add_scale_grad(token, t, g_alpha, *grad);
  }
  if (grad) add_net_grad(net, rows, *grad);
}

#define NMC_MADE(T)                                                               \
  void made_map_##T(const MadeNet<T>& net, Direction way, TileView<T> tile) {     \
    pass_tokens<T>(net, way, made_rows<T>(net.layout, false), tile);              \
  }                                                                               \
  void made_vjp_##T(const MadeNet<T>& net, Direction way, const TileVjp<T>& tile, \
                    MadeGradient* grad) {                                         \
    vjp_tokens<T>(net, way, tile, grad);                                          \
  }
NMC_MADE(float)
NMC_MADE(double)
#undef NMC_MADE

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
