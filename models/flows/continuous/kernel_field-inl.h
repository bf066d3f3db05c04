// The velocity of a kernel flow on tiles of 64 chains, per SIMD target: value, divergence and their
// vector-Jacobian product. Formulas in kernel_field.hpp.
#if defined(NMC_MODELS_KERNEL_FIELD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_KERNEL_FIELD_INL_H_
#undef NMC_MODELS_KERNEL_FIELD_INL_H_
#else
#define NMC_MODELS_KERNEL_FIELD_INL_H_
#endif

#include <numbers>
#include <utility>

#include "models/flows/continuous/kernel_field.hpp"
#include "models/flows/continuous/lattice_modes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

template <class V>
struct SineCosine {
  V sine, cosine;
};

/// sin x and cos x. In float: x less whole multiples of π, whose parity is the sign, and Taylor
/// series to r^11 and r^12 on [−π/2, π/2]; absolute error 2e-7 for |x| < 1000. The sine is exactly
/// odd.
template <class D, class V = hn::Vec<D>>
HWY_INLINE SineCosine<V> sine_cosine(D d, V x) {
  if constexpr (sizeof(hn::TFromD<D>) == 8) {
    return {hn::Sin(d, x), hn::Cos(d, x)};
  } else {
    const hn::RebindToSigned<D> di;
    const V turns = hn::Round(hn::Mul(x, hn::Set(d, static_cast<float>(std::numbers::inv_pi))));
    // π = 3.140625 + 9.67653589793e-4; products with the first are exact.
    V r = hn::NegMulAdd(turns, hn::Set(d, 3.140625F), x);
    r = hn::NegMulAdd(turns, hn::Set(d, 9.67653589793e-4F), r);
    const V sign = hn::BitCast(d, hn::ShiftLeft<31>(hn::ConvertTo(di, turns)));
    const V q = hn::Mul(r, r);
    V s = hn::MulAdd(hn::Set(d, -2.50521084e-8F), q, hn::Set(d, 2.75573192e-6F));
    s = hn::MulAdd(s, q, hn::Set(d, -1.98412698e-4F));
    s = hn::MulAdd(s, q, hn::Set(d, 8.33333333e-3F));
    s = hn::MulAdd(s, q, hn::Set(d, -1.66666667e-1F));
    s = hn::MulAdd(hn::Mul(s, q), r, r);
    V c = hn::MulAdd(hn::Set(d, 2.08767570e-9F), q, hn::Set(d, -2.75573192e-7F));
    c = hn::MulAdd(c, q, hn::Set(d, 2.48015873e-5F));
    c = hn::MulAdd(c, q, hn::Set(d, -1.38888889e-3F));
    c = hn::MulAdd(c, q, hn::Set(d, 4.16666667e-2F));
    c = hn::MulAdd(c, q, hn::Set(d, -0.5F));
    c = hn::MulAdd(c, q, hn::Set(d, 1.0F));
    return {hn::Xor(s, sign), hn::Xor(c, sign)};
  }
}

/// One channel at one time.
template <class T>
struct KernelChannel {
  const T *in, *out, *weight;
  T trace, frequency;
  int harmonics;
};

template <class T>
KernelChannel<T> channel_at(const PackedKernelField<T>& field, int time, int channel) {
  const auto row = static_cast<std::size_t>(time * field.shape.channels + channel);
  const auto harmonics = static_cast<std::size_t>(field.shape.harmonics);
  return {field.at.in.data() + row * field.orbits,
          field.at.out.data() + row * field.orbits,
          field.at.weight.data() + row * harmonics,
          field.at.trace[row],
          field.at.frequency[static_cast<std::size_t>(channel)],
          field.shape.harmonics};
}

/// Room for one evaluation, (sites, kTile) each.
template <class T>
struct FieldRoom {
  T *modes, *sites, *third;
  WaveRoom<T> waves;
  T* lanes;  ///< (8, kTile)
};

/// to = m · from, by orbits.
template <class T>
HWY_INLINE void scale_modes(const PackedKernelField<T>& field, const T* by_orbit, const T* from,
                            T* to) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int* orbit = field.orbit->data();
  for (std::ptrdiff_t mode = 0; mode < field.modes.sites; ++mode) {
    const auto m = hn::Set(d, by_orbit[orbit[mode]]);
    for (int k = 0; k < kTile; k += lanes)
      hn::Store(hn::Mul(m, hn::Load(d, from + mode * kTile + k)), d, to + mode * kTile + k);
  }
}

/// to += m · from.
template <class T>
HWY_INLINE void add_scaled_modes(const PackedKernelField<T>& field, const T* by_orbit,
                                 const T* from, T* to) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int* orbit = field.orbit->data();
  for (std::ptrdiff_t mode = 0; mode < field.modes.sites; ++mode) {
    const auto m = hn::Set(d, by_orbit[orbit[mode]]);
    for (int k = 0; k < kTile; k += lanes) {
      T* const at = to + mode * kTile + k;
      hn::Store(hn::MulAdd(m, hn::Load(d, from + mode * kTile + k), hn::Load(d, at)), d, at);
    }
  }
}

/// ψ ← h(ψ) at every site; div += m Σ_y h'(ψ), (kTile).
template <class T>
HWY_NOINLINE void bend_sites(const KernelChannel<T>& channel, int sites, T* psi, T* div) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V omega = hn::Set(d, channel.frequency);
  for (int k = 0; k < kTile; k += lanes) {
    V slopes = hn::Zero(d);
    for (int y = 0; y < sites; ++y) {
      T* const at = psi + static_cast<std::ptrdiff_t>(y) * kTile + k;
      const auto [s, c] = sine_cosine(d, hn::Mul(omega, hn::Load(d, at)));
      // Clenshaw: y_f = a_f + 2 c y_(f+1) - y_(f+2); Σ b_f sin = s y_1, Σ f b_f cos = c y_1 - y_2.
      const V twice = hn::Add(c, c);
      V h = hn::Zero(d), h_next = h, slope = h, slope_next = h;
      for (int f = channel.harmonics; f > 0; --f) {
        const V b = hn::Set(d, channel.weight[f - 1]);
        const V bf = hn::Set(d, T(f) * channel.weight[f - 1]);
        h_next = std::exchange(h, hn::MulAdd(twice, h, hn::Sub(b, h_next)));
        slope_next = std::exchange(slope, hn::MulAdd(twice, slope, hn::Sub(bf, slope_next)));
      }
      h = hn::Mul(s, h);
      slope = hn::MulSub(c, slope, slope_next);
      hn::Store(h, d, at);
      slopes = hn::Add(slopes, slope);
    }
    const V factor = hn::Set(d, channel.trace * channel.frequency);
    hn::Store(hn::MulAdd(factor, slopes, hn::Load(d, div + k)), d, div + k);
  }
}

/// v = velocity of u at a time, div its divergence but for Σ ℓ, (kTile).
template <class T>
HWY_NOINLINE void field_velocity(const PackedKernelField<T>& field, int time, const T* u, T* v,
                                 T* div, const FieldRoom<T>& room) {
  const T* linear = field.at.linear.data() + static_cast<std::size_t>(time) * field.orbits;
  scale_modes(field, linear, u, v);
  for (int k = 0; k < kTile; ++k) div[k] = 0;
  for (int c = 0; c < field.shape.channels; ++c) {
    const KernelChannel<T> channel = channel_at(field, time, c);
    scale_modes(field, channel.in, u, room.modes);
    synthesise(field.modes, room.modes, room.sites, room.waves);
    bend_sites(channel, field.modes.sites, room.sites, div);
    analyse(field.modes, room.sites, room.modes, room.waves);
    add_scaled_modes(field, channel.out, room.modes, v);
  }
}

/// Cotangents of one evaluation: of v, (sites, kTile), and of div, (kTile).
template <class T>
struct FieldCotangents {
  const T* gv;
  const T* gdiv;
};

/// by_orbit += Σ_chains a b of every mode.
template <class T>
HWY_INLINE void add_products(const PackedKernelField<T>& field, const T* a, const T* b,
                             double* by_orbit) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (std::ptrdiff_t mode = 0; mode < field.modes.sites; ++mode) {
    auto sum = hn::Zero(d);
    for (int k = 0; k < kTile; k += lanes)
      sum = hn::MulAdd(hn::Load(d, a + mode * kTile + k), hn::Load(d, b + mode * kTile + k), sum);
    by_orbit[(*field.orbit)[static_cast<std::size_t>(mode)]] +=
        static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
}

/// Places of one pass through the sites, (sites, kTile): ψ enters and h(ψ) leaves; the cotangent of
/// h enters and that of ψ leaves.
template <class T>
struct BentSites {
  T* psi;
  T* g;
  const T* gdiv;
};

/// `lanes`: (harmonics + 2) rows of lane sums, of b, of Σ h' gdiv and of ω.
template <class T>
HWY_NOINLINE void bend_sites_vjp(const KernelChannel<T>& channel, int sites, const BentSites<T>& at,
                                 T* lane_sums) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const V omega = hn::Set(d, channel.frequency), trace = hn::Set(d, channel.trace);
  T* const of_trace = lane_sums + static_cast<std::ptrdiff_t>(channel.harmonics) * kTile;
  T* const of_frequency = of_trace + kTile;
  for (std::ptrdiff_t y = 0; y < sites; ++y)
    for (int k = 0; k < kTile; k += lanes) {
      const V psi = hn::Load(d, at.psi + y * kTile + k), g = hn::Load(d, at.g + y * kTile + k);
      const V gdiv = hn::Load(d, at.gdiv + k), by_slope = hn::Mul(trace, gdiv);
      const auto [s, c] = sine_cosine(d, hn::Mul(omega, psi));
      V sf = s, cf = c, h = hn::Zero(d), first = hn::Zero(d), second = hn::Zero(d);
      const V slope_weight = hn::Mul(by_slope, omega);
      for (int f = 0; f < channel.harmonics; ++f) {
        const V b = hn::Set(d, channel.weight[f]), n = hn::Set(d, T(f + 1)), bn = hn::Mul(b, n);
        h = hn::MulAdd(b, sf, h);
        first = hn::MulAdd(bn, cf, first);
        second = hn::NegMulAdd(hn::Mul(bn, n), sf, second);
        T* const sum = lane_sums + static_cast<std::ptrdiff_t>(f) * kTile + k;
        const V by_weight = hn::MulAdd(g, sf, hn::Mul(hn::Mul(slope_weight, n), cf));
        hn::Store(hn::Add(hn::Load(d, sum), by_weight), d, sum);
        const V next = hn::MulAdd(sf, c, hn::Mul(cf, s));
        cf = hn::NegMulAdd(sf, s, hn::Mul(cf, c));
        sf = next;
      }
      // h' = ω first and h'' = ω² second, of the argument ω ψ.
      const V slope = hn::Mul(omega, first), bend = hn::Mul(hn::Mul(omega, omega), second);
      hn::Store(hn::MulAdd(gdiv, slope, hn::Load(d, of_trace + k)), d, of_trace + k);
      V by_frequency = hn::Mul(hn::Mul(g, first), psi);
      by_frequency =
          hn::MulAdd(by_slope, hn::MulAdd(hn::Mul(omega, psi), second, first), by_frequency);
      hn::Store(hn::Add(hn::Load(d, of_frequency + k), by_frequency), d, of_frequency + k);
      hn::Store(h, d, at.psi + y * kTile + k);
      hn::Store(hn::MulAdd(g, slope, hn::Mul(by_slope, bend)), d, at.g + y * kTile + k);
    }
}

template <class T>
void add_lane_sums(const T* lanes, int rows, double* to) {
  for (int row = 0; row < rows; ++row)
    for (int k = 0; k < kTile; ++k) to[row] += static_cast<double>(lanes[row * kTile + k]);
}

/// gu = (∂v/∂u)ᵀ gv + gdiv ∂div/∂u at u; `grad` as KernelTables or null.
template <class T>
HWY_NOINLINE void field_velocity_vjp(const PackedKernelField<T>& field, int time, const T* u,
                                     const FieldCotangents<T>& g, T* gu, KernelTables<double>* grad,
                                     const FieldRoom<T>& room) {
  const auto offset = static_cast<std::size_t>(time) * field.orbits;
  scale_modes(field, field.at.linear.data() + offset, g.gv, gu);
  if (grad) add_products(field, g.gv, u, grad->linear.data() + offset);
  const int rows = field.shape.harmonics + 2;
  for (int c = 0; c < field.shape.channels; ++c) {
    const KernelChannel<T> channel = channel_at(field, time, c);
    const auto row = static_cast<std::size_t>(time * field.shape.channels + c);
    scale_modes(field, channel.in, u, room.modes);
    synthesise(field.modes, room.modes, room.sites, room.waves);
    scale_modes(field, channel.out, g.gv, room.modes);
    synthesise(field.modes, room.modes, room.third, room.waves);
    for (int k = 0; k < rows * kTile; ++k) room.lanes[k] = 0;
    bend_sites_vjp(channel, field.modes.sites, {room.sites, room.third, g.gdiv}, room.lanes);
    if (grad) {
      analyse(field.modes, room.sites, room.modes, room.waves);
      add_products(field, g.gv, room.modes, grad->out.data() + row * field.orbits);
      const auto harmonics = static_cast<std::size_t>(field.shape.harmonics);
      add_lane_sums(room.lanes, field.shape.harmonics, grad->weight.data() + row * harmonics);
      add_lane_sums(room.lanes + (rows - 2) * kTile, 1, &grad->trace[row]);
      add_lane_sums(room.lanes + (rows - 1) * kTile, 1,
                    &grad->frequency[static_cast<std::size_t>(c)]);
    }
    analyse(field.modes, room.third, room.modes, room.waves);
    if (grad) add_products(field, u, room.modes, grad->in.data() + row * field.orbits);
    add_scaled_modes(field, channel.in, room.modes, gu);
  }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
