#include "models/wave/flip_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/wave/flip_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::wave::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLanes>;
using V = hn::Vec<Tag>;
inline constexpr Index lanes = static_cast<Index>(hn::MaxLanes(Tag()));

struct Real {
  V x;
};
struct Complex {
  V re, im;
};

HWY_INLINE Real load(const double* re, const double* /*im*/, Real*) {
  return {hn::LoadU(Tag(), re)};
}
HWY_INLINE Complex load(const double* re, const double* im, Complex*) {
  return {hn::LoadU(Tag(), re), hn::LoadU(Tag(), im)};
}
HWY_INLINE Real entry(const double* table, Index j, Index /*hidden*/, Real*) {
  return {hn::Set(Tag(), table[j])};
}
HWY_INLINE Complex entry(const double* table, Index j, Index hidden, Complex*) {
  return {hn::Set(Tag(), table[j]), hn::Set(Tag(), table[hidden + j])};
}
HWY_INLINE void store(Real z, double* re, double* /*im*/) {
  hn::StoreU(z.x, Tag(), re);
}
HWY_INLINE void store(Complex z, double* re, double* im) {
  hn::StoreU(z.re, Tag(), re);
  hn::StoreU(z.im, Tag(), im);
}
HWY_INLINE Real scaled(Real z, V factor) {
  return {hn::Mul(z.x, factor)};
}
HWY_INLINE Complex scaled(Complex z, V factor) {
  return {hn::Mul(z.re, factor), hn::Mul(z.im, factor)};
}
/// a b + c
HWY_INLINE Real mul_add(Real a, Real b, Real c) {
  return {hn::MulAdd(a.x, b.x, c.x)};
}
HWY_INLINE Complex mul_add(Complex a, Complex b, Complex c) {
  return {hn::MulAdd(a.re, b.re, hn::NegMulAdd(a.im, b.im, c.re)),
          hn::MulAdd(a.re, b.im, hn::MulAdd(a.im, b.re, c.im))};
}
HWY_INLINE Real mul(Real a, Real b) {
  return {hn::Mul(a.x, b.x)};
}
HWY_INLINE Complex mul(Complex a, Complex b) {
  return {hn::NegMulAdd(a.im, b.im, hn::Mul(a.re, b.re)),
          hn::MulAdd(a.im, b.re, hn::Mul(a.re, b.im))};
}
HWY_INLINE Real quotient(Real a, Real b) {
  return {hn::Div(a.x, b.x)};
}
HWY_INLINE Complex quotient(Complex a, Complex b) {
  const V norm = hn::MulAdd(b.re, b.re, hn::Mul(b.im, b.im));
  const V re = hn::MulAdd(a.re, b.re, hn::Mul(a.im, b.im));
  const V im = hn::NegMulAdd(a.re, b.im, hn::Mul(a.im, b.re));
  return {hn::Div(re, norm), hn::Div(im, norm)};
}
HWY_INLINE Real one(Real*) {
  return {hn::Set(Tag(), 1.0)};
}
HWY_INLINE Complex one(Complex*) {
  return {hn::Set(Tag(), 1.0), hn::Zero(Tag())};
}
HWY_INLINE Real plus(Real a, Real b) {
  return {hn::Add(a.x, b.x)};
}
HWY_INLINE Complex plus(Complex a, Complex b) {
  return {hn::Add(a.re, b.re), hn::Add(a.im, b.im)};
}
HWY_INLINE Real chosen(hn::Mask<Tag> mask, Real yes, Real no) {
  return {hn::IfThenElse(mask, yes.x, no.x)};
}
HWY_INLINE Complex chosen(hn::Mask<Tag> mask, Complex yes, Complex no) {
  return {hn::IfThenElse(mask, yes.re, no.re), hn::IfThenElse(mask, yes.im, no.im)};
}

/// Vectors that hide each other's latency.
inline constexpr Index vectors = 2;

HWY_INLINE const double* im_of(const double* t_im, Index at) {
  return t_im == nullptr ? nullptr : t_im + at;
}

/// Of one flip, the common case: cosh δ + t sinh δ with δ = −2 W s.
template <class Z, Index W>
HWY_INLINE void one_flip(const HiddenUnits& units, const FlipTable& flip, Index chain, double* re,
                         double* im) {
  Z* const kind = nullptr;
  Z product[W];
  V minus_s[W];
  for (Index k = 0; k < W; ++k) {
    product[k] = one(kind);
    minus_s[k] = hn::Neg(hn::LoadU(Tag(), flip.spin + chain + k * lanes));
  }
  for (Index j = 0; j < units.hidden; ++j) {
    const Z c = entry(flip.cosh, j, units.hidden, kind);
    const Z s = entry(flip.sinh, j, units.hidden, kind);
    const Index at = j * units.stride + chain;
    for (Index k = 0; k < W; ++k) {
      const Z t = load(units.t_re + at + k * lanes, im_of(units.t_im, at + k * lanes), kind);
      product[k] = mul(product[k], mul_add(scaled(t, minus_s[k]), s, c));
    }
  }
  for (Index k = 0; k < W; ++k)
    store(product[k], re + chain + k * lanes, im == nullptr ? nullptr : im + chain + k * lanes);
}

/// Of several: cosh and sinh of the sum of the δ are built up flip by flip.
template <class Z>
HWY_INLINE void many_flips(const HiddenUnits& units, const FlipTable* flips, std::size_t count,
                           Index chain, double* re, double* im) {
  Z* const kind = nullptr;
  Z product = one(kind);
  for (Index j = 0; j < units.hidden; ++j) {
    Z cosh = one(kind);
    Z sinh = scaled(cosh, hn::Zero(Tag()));
    for (std::size_t f = 0; f < count; ++f) {
      const V minus_s = hn::Neg(hn::LoadU(Tag(), flips[f].spin + chain));
      const Z c = entry(flips[f].cosh, j, units.hidden, kind);
      const Z s = scaled(entry(flips[f].sinh, j, units.hidden, kind), minus_s);
      const Z next = mul_add(cosh, c, mul(sinh, s));
      sinh = mul_add(sinh, c, mul(cosh, s));
      cosh = next;
    }
    const Index at = j * units.stride + chain;
    const Z t = load(units.t_re + at, im_of(units.t_im, at), kind);
    product = mul(product, mul_add(t, sinh, cosh));
  }
  store(product, re + chain, im == nullptr ? nullptr : im + chain);
}

template <class Z>
HWY_INLINE void ratios_of(const HiddenUnits& units, const FlipTable* flips, std::size_t count,
                          double* re, double* im) {
  Index chain = 0;
  if (count == 1) {
    for (; chain + vectors * lanes <= units.stride; chain += vectors * lanes)
      one_flip<Z, vectors>(units, flips[0], chain, re, im);
    for (; chain < units.stride; chain += lanes) one_flip<Z, 1>(units, flips[0], chain, re, im);
    return;
  }
  for (; chain < units.stride; chain += lanes) many_flips<Z>(units, flips, count, chain, re, im);
}

template <class Z>
HWY_INLINE void take(const HiddenUnits& units, const TakenFlip& taken, double* t_re, double* t_im) {
  Z* const kind = nullptr;
  const FlipTable& flip = taken.flip;
  for (Index chain = 0; chain < units.stride; chain += lanes) {
    const auto mask = hn::Ne(hn::LoadU(Tag(), taken.taken + chain), hn::Zero(Tag()));
    if (hn::AllFalse(Tag(), mask)) continue;
    const V minus_s = hn::Neg(hn::LoadU(Tag(), flip.spin + chain));
    for (Index j = 0; j < units.hidden; ++j) {
      const Index at = j * units.stride + chain;
      const Z t = load(t_re + at, im_of(t_im, at), kind);
      const Z tau = scaled(entry(flip.tanh, j, units.hidden, kind), minus_s);
      const Z next = quotient(plus(t, tau), mul_add(t, tau, one(kind)));
      store(chosen(mask, next, t), t_re + at, t_im == nullptr ? nullptr : t_im + at);
    }
  }
}

/// θ = b + Σ W s, one part of it.
HWY_NOINLINE void fields(const FieldSum& sum) {
  const Tag d;
  for (Index chain = 0; chain < sum.stride; chain += lanes)
    for (Index j = 0; j < sum.hidden; ++j) {
      V theta = hn::Set(d, sum.bias[j]);
      for (Index i = 0; i < sum.sites; ++i)
        theta = hn::MulAdd(hn::Set(d, sum.W[i * sum.hidden + j]),
                           hn::LoadU(d, sum.spins + i * sum.stride + chain), theta);
      hn::StoreU(theta, d, sum.theta + j * sum.stride + chain);
    }
}

HWY_NOINLINE void ratios(const HiddenUnits& units, const FlipTable* flips, std::size_t count,
                         double* re, double* im) {
  if (units.t_im == nullptr)
    ratios_of<Real>(units, flips, count, re, im);
  else
    ratios_of<Complex>(units, flips, count, re, im);
}

HWY_NOINLINE void taken(const HiddenUnits& units, const TakenFlip& flip, double* t_re,
                        double* t_im) {
  if (t_im == nullptr)
    take<Real>(units, flip, t_re, t_im);
  else
    take<Complex>(units, flip, t_re, t_im);
}

}  // namespace nmc::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::wave {

HWY_EXPORT(ratios);
HWY_EXPORT(taken);
HWY_EXPORT(fields);

void sum_fields(const FieldSum& sum) {
  HWY_DYNAMIC_DISPATCH(fields)(sum);
}

void flip_ratios(const HiddenUnits& units, const FlipTable* flips, std::size_t count, double* re,
                 double* im) {
  HWY_DYNAMIC_DISPATCH(ratios)(units, flips, count, re, im);
}

void take_flip(const HiddenUnits& units, const TakenFlip& flip, double* t_re, double* t_im) {
  HWY_DYNAMIC_DISPATCH(taken)(units, flip, t_re, t_im);
}

}  // namespace nmc::wave
#endif
