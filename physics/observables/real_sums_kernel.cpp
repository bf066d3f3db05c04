#include "physics/observables/real_sums_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/observables/real_sums_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::real_sums_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// Products that are added are fused by name, so that vectors of all lengths round alike.
template <bool kCoupled, class D>
HWY_INLINE void of_chains(D d, const View& view, double* sums, Index chain) {
  using V = hn::Vec<D>;
  const double *x = view.x + chain, *g = view.g + chain;
  V sum[RealSums::count];
  for (V& one : sum) one = hn::Zero(d);
  for (Index i = 0; i < view.sites; ++i) {
    const V xi = hn::LoadU(d, x + i * view.chains), gi = hn::LoadU(d, g + i * view.chains);
    const V x2 = hn::Mul(xi, xi), xg = hn::Mul(xi, gi), x3g = hn::Mul(x2, xg);
    sum[RealSums::x] = hn::Add(sum[RealSums::x], xi);
    sum[RealSums::x2] = hn::MulAdd(xi, xi, sum[RealSums::x2]);
    sum[RealSums::x4] = hn::MulAdd(x2, x2, sum[RealSums::x4]);
    sum[RealSums::g] = hn::Add(sum[RealSums::g], gi);
    sum[RealSums::xg] = hn::MulAdd(xi, gi, sum[RealSums::xg]);
    sum[RealSums::x2g] = hn::MulAdd(xi, xg, sum[RealSums::x2g]);
    sum[RealSums::x3g] = hn::MulAdd(x2, xg, sum[RealSums::x3g]);
    sum[RealSums::x5g] = hn::MulAdd(x2, x3g, sum[RealSums::x5g]);
    if constexpr (kCoupled) {
      const FieldStencil& s = *view.stencil;
      V ax = hn::Zero(d), ag = ax;
      for (Index k = i * s.degree; k < (i + 1) * s.degree; ++k) {
        const auto place = static_cast<std::size_t>(k);
        const Index there = s.neighbour[place] * view.chains;
        const V J = hn::Set(d, s.J[place]);
        ax = hn::MulAdd(J, hn::LoadU(d, x + there), ax);
        ag = hn::MulAdd(J, hn::LoadU(d, g + there), ag);
      }
      sum[RealSums::axg] = hn::MulAdd(ax, gi, sum[RealSums::axg]);
      sum[RealSums::axag] = hn::MulAdd(ax, ag, sum[RealSums::axag]);
    }
  }
  for (Index k = 0; k < RealSums::count; ++k) hn::StoreU(sum[k], d, sums + k * view.chains + chain);
}

template <bool kCoupled>
HWY_INLINE void of_all(const View& view, double* sums) {
  constexpr auto step = static_cast<Index>(hn::MaxLanes(Wide()));
  Index chain = 0;
  for (; chain + step <= view.chains; chain += step) of_chains<kCoupled>(Wide(), view, sums, chain);
  for (; chain < view.chains; ++chain) of_chains<kCoupled>(Narrow(), view, sums, chain);
}

HWY_NOINLINE void sums_kernel(const View& view, double* sums) {
  if (view.stencil != nullptr)
    of_all<true>(view, sums);
  else
    of_all<false>(view, sums);
}

}  // namespace nmc::real_sums_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace real_sums_detail {

HWY_EXPORT(sums_kernel);

void add_up(const View& view, double* sums) {
  HWY_DYNAMIC_DISPATCH(sums_kernel)(view, sums);
}

}  // namespace real_sums_detail

Batch RealSums::of(const Batch& x, const Batch& g, const FieldStencil* stencil) {
  Batch sums(x.rows(), Index{count});
  real_sums_detail::add_up({x.data(), g.data(), x.rows(), x.cols(), stencil}, sums.data());
  return sums;
}

}  // namespace nmc
#endif
