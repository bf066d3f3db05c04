#include "samplers/local/local_field_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/local_field_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/random/xoroshiro-inl.h"
#include "core/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using random_detail::HWY_NAMESPACE::XoroshiroLanes;

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// In [1, 2): the upper 52 bits as a mantissa. The lowest is set, so that 2u − 3 is symmetric
/// about 0 and u − 1 is never 0.
template <class D, class U>
HWY_INLINE hn::Vec<D> one_to_two(D d, U words) {
  const hn::RebindToUnsigned<D> du;
  const auto mantissa = hn::ShiftRight<12>(words);
  return hn::BitCast(d, hn::Or(mantissa, hn::Set(du, 0x3ff0000000000001U)));
}

/// The sites of the chains of one vector. With φ' = φ + δ
///   ΔS = δ [ (φ + φ') (d + λ (φ² + φ'²)) − 2 Σ_j J φ_j ].
/// Products that are added are fused by name, so that vectors of all lengths round alike.
template <class D>
HWY_INLINE void sweep_chains(D d, const FieldSweep& sweep, const XoroshiroBank& bank, Index chain) {
  using V = hn::Vec<D>;
  const FieldStencil& stencil = *sweep.stencil;
  const hn::RebindToUnsigned<D> du;
  XoroshiroLanes<decltype(du)> random(du, bank.state + chain, bank.count);
  const V lambda = hn::Set(d, stencil.lambda), width = hn::Set(d, sweep.width);
  double* phi = sweep.phi + chain;
  V probability = hn::LoadU(d, sweep.acceptance + chain);
  for (const std::int32_t site : stencil.colours) {
    const std::int32_t* neighbour = stencil.neighbour.data() + site * stencil.degree;
    const double* J = stencil.J.data() + site * stencil.degree;
    V nn = hn::Zero(d);
    for (Index k = 0; k < stencil.degree; ++k)
      nn = hn::MulAdd(hn::Set(d, J[k]), hn::LoadU(d, phi + neighbour[k] * sweep.chains), nn);
    double* place = phi + site * sweep.chains;
    const V old = hn::LoadU(d, place), u = one_to_two(d, random.next());
    const V now = hn::MulAdd(width, hn::Sub(hn::Add(u, u), hn::Set(d, 3)), old);
    const V squares = hn::MulAdd(now, now, hn::Mul(old, old));
    const V diagonal = hn::Set(d, stencil.diagonal[static_cast<std::size_t>(site)]);
    const V slope =
        hn::MulSub(hn::Add(old, now), hn::MulAdd(lambda, squares, diagonal), hn::Add(nn, nn));
    const V change = hn::Mul(hn::Sub(old, now), slope);  // −ΔS
    const V p = simd::HWY_NAMESPACE::exp_nonpositive(d, hn::Min(change, hn::Zero(d)));
    probability = hn::Add(probability, p);
    const V v = hn::Sub(one_to_two(d, random.next()), hn::Set(d, 1));
    hn::StoreU(hn::IfThenElse(hn::Lt(v, p), now, old), d, place);
  }
  hn::StoreU(probability, d, sweep.acceptance + chain);
  random.store(du, bank.state + chain, bank.count);
}

HWY_NOINLINE void sweep_kernel(const FieldSweep& sweep, const XoroshiroBank& bank) {
  constexpr auto step = static_cast<Index>(hn::MaxLanes(Wide()));
  Index chain = 0;
  for (; chain + step <= sweep.chains; chain += step) sweep_chains(Wide(), sweep, bank, chain);
  for (; chain < sweep.chains; ++chain) sweep_chains(Narrow(), sweep, bank, chain);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::local_detail {

HWY_EXPORT(sweep_kernel);

void sweep_field(const FieldSweep& sweep, const XoroshiroBank& bank) {
  HWY_DYNAMIC_DISPATCH(sweep_kernel)(sweep, bank);
}

}  // namespace nmc::local_detail
#endif
