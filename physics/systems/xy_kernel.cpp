#include "physics/systems/xy_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/systems/xy_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::xy_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// With (a, b) = Σ_j J (cos θ_j, sin θ_j), the neighbours' pull on site i,
///   H = −Σ_i [ (a cos θ_i + b sin θ_i)/2 + h_i cos θ_i ],
///   ∂H/∂θ_i = (a + h_i) sin θ_i − b cos θ_i.
/// Products that are added are fused by name, so that vectors of all lengths round alike.
template <class D>
HWY_INLINE void of_chains(D d, const AngleView& view, double* energy, double* gradient,
                          Index chain) {
  using V = hn::Vec<D>;
  const AngleCouplings& couplings = *view.couplings;
  const double *cosine = view.cosine + chain, *sine = view.sine + chain;
  V pairs = hn::Zero(d), fields = hn::Zero(d);
  for (Index site = 0; site < couplings.sites; ++site) {
    const auto i = static_cast<std::size_t>(site);
    V a = hn::Zero(d), b = hn::Zero(d);
    for (Index n = couplings.near.first[i]; n < couplings.near.first[i + 1]; ++n) {
      const auto place = static_cast<std::size_t>(n);
      const Index there = couplings.near.neighbour[place] * view.chains;
      const V J = hn::Set(d, couplings.near.J[place]);
      a = hn::MulAdd(J, hn::LoadU(d, cosine + there), a);
      b = hn::MulAdd(J, hn::LoadU(d, sine + there), b);
    }
    const V c = hn::LoadU(d, cosine + site * view.chains);
    const V s = hn::LoadU(d, sine + site * view.chains);
    const V h = hn::Set(d, couplings.field[i]);
    pairs = hn::MulAdd(a, c, hn::MulAdd(b, s, pairs));
    fields = hn::MulAdd(h, c, fields);
    if (gradient == nullptr) continue;
    const V slope = hn::MulSub(hn::Add(a, h), s, hn::Mul(b, c));
    hn::StoreU(slope, d, gradient + site * view.chains + chain);
  }
  hn::StoreU(hn::NegMulSub(hn::Set(d, 0.5), pairs, fields), d, energy + chain);
}

HWY_NOINLINE void energy_kernel(const AngleView& view, double* energy, double* gradient) {
  constexpr auto step = static_cast<Index>(hn::MaxLanes(Wide()));
  Index chain = 0;
  for (; chain + step <= view.chains; chain += step)
    of_chains(Wide(), view, energy, gradient, chain);
  for (; chain < view.chains; ++chain) of_chains(Narrow(), view, energy, gradient, chain);
}

}  // namespace nmc::xy_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::xy_detail {

HWY_EXPORT(energy_kernel);

void energy_and_gradient(const AngleView& view, double* energy, double* gradient) {
  HWY_DYNAMIC_DISPATCH(energy_kernel)(view, energy, gradient);
}

}  // namespace nmc::xy_detail
#endif
