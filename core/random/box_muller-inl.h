// Box and Muller (1958): two uniforms give two independent normals,
//   z_0 = sqrt(-2 ln u_0) cos(2π u_1),   z_1 = sqrt(-2 ln u_0) sin(2π u_1).
// Included once per SIMD target.
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

#if defined(NMC_CORE_RANDOM_BOX_MULLER_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_RANDOM_BOX_MULLER_INL_H
#undef NMC_CORE_RANDOM_BOX_MULLER_INL_H
#else
#define NMC_CORE_RANDOM_BOX_MULLER_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// sin and cos of 2πu, u in (0, 1), <= 2 ulp of the larger of both. With n = round(4u) the
/// remainder 2π(u - n/4) lies in [-π/4, π/4], exactly up to the rounding of the product; there the
/// minimax polynomials of fdlibm (k_sin.c, k_cos.c) hold.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void sin_cos_2pi(D d, V u, V& sin, V& cos) {
  const hn::RebindToUnsigned<D> du;
  // Adding 1.5·2^52 rounds to the nearest integer and leaves it in the lowest bits.
  const V shift = hn::Set(d, 0x1.8p52);
  const V shifted = hn::MulAdd(u, hn::Set(d, 4.0), shift);
  const auto quadrant = hn::BitCast(du, shifted);
  const V n = hn::Sub(shifted, shift);
  const V r = hn::Mul(hn::NegMulAdd(n, hn::Set(d, 0.25), u), hn::Set(d, 6.283185307179586));
  const V r2 = hn::Mul(r, r);

  V s = hn::Set(d, 1.58969099521155010221e-10);
  s = hn::MulAdd(s, r2, hn::Set(d, -2.50507602534068634195e-08));
  s = hn::MulAdd(s, r2, hn::Set(d, 2.75573137070700676789e-06));
  s = hn::MulAdd(s, r2, hn::Set(d, -1.98412698298579493134e-04));
  s = hn::MulAdd(s, r2, hn::Set(d, 8.33333333332248946124e-03));
  s = hn::MulAdd(s, r2, hn::Set(d, -1.66666666666666324348e-01));
  const V sin_r = hn::MulAdd(hn::Mul(s, r2), r, r);

  V c = hn::Set(d, -1.13596475577881948265e-11);
  c = hn::MulAdd(c, r2, hn::Set(d, 2.08757232129817482790e-09));
  c = hn::MulAdd(c, r2, hn::Set(d, -2.75573143513906633035e-07));
  c = hn::MulAdd(c, r2, hn::Set(d, 2.48015872894767294178e-05));
  c = hn::MulAdd(c, r2, hn::Set(d, -1.38888888888741095749e-03));
  c = hn::MulAdd(c, r2, hn::Set(d, 4.16666666666666019037e-02));
  c = hn::MulAdd(c, r2, hn::Set(d, -0.5));
  const V cos_r = hn::MulAdd(c, r2, hn::Set(d, 1.0));

  // Quadrants 0..3 of (cos, sin): (c, s), (-s, c), (-c, -s), (s, -c).
  const auto odd = hn::RebindMask(d, hn::TestBit(quadrant, hn::Set(du, 1)));
  const auto sin_sign = hn::ShiftLeft<62>(hn::And(quadrant, hn::Set(du, 2)));
  const auto cos_sign =
      hn::ShiftLeft<62>(hn::And(hn::Add(quadrant, hn::Set(du, 1)), hn::Set(du, 2)));
  sin = hn::Xor(hn::IfThenElse(odd, cos_r, sin_r), hn::BitCast(d, sin_sign));
  cos = hn::Xor(hn::IfThenElse(odd, sin_r, cos_r), hn::BitCast(d, cos_sign));
}

struct BoxMuller {
  template <class D, class V>
  static HWY_INLINE void apply(D d, V& a, V& b) {
    const V radius = hn::Sqrt(hn::Mul(hn::Set(d, -2.0), hn::Log(d, a)));
    V sin, cos;
    sin_cos_2pi(d, b, sin, cos);
    a = hn::Mul(radius, cos);
    b = hn::Mul(radius, sin);
  }
};

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
