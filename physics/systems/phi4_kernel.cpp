#include "physics/systems/phi4_kernel.hpp"

#include <type_traits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/systems/phi4_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::phi4_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// Calls work(tag, first chain) so that vectors cover all chains; every chain has the same
/// arithmetic in vectors of any length.
template <class Work>
HWY_INLINE void over_chains(Index chains, const Work& work) {
  constexpr auto step = static_cast<Index>(hn::MaxLanes(Wide()));
  Index c = 0;
  for (; c + step <= chains; c += step) work(Wide(), c);
  for (; c < chains; ++c) work(Narrow(), c);
}

/// A run of sites, of the chains of one vector: pointers to its first site.
template <int kDegree, class D>
class RunOfSites {
 public:
  using V = hn::Vec<D>;
  HWY_INLINE RunOfSites(D d, const FieldView& view, const double* phi, const FieldStencil::Run& run)
      : d_(d),
        stencil_(*view.stencil),
        phi_(phi + run.first * view.chains),
        diagonal_(hn::Set(d, stencil_.diagonal[static_cast<std::size_t>(run.first)])),
        lambda_(hn::Set(d, stencil_.lambda)),
        J_(stencil_.J.data() + run.first * stencil_.degree) {
    const std::int32_t* neighbour = stencil_.neighbour.data() + run.first * stencil_.degree;
    for (Index k = 0; k < kDegree; ++k) near_[k] = phi + neighbour[k] * view.chains;
    if (kDegree == 0) {
      for (Index k = 0; k < stencil_.degree; ++k) any_.push_back(phi + neighbour[k] * view.chains);
    }
  }

  /// −∂S/∂φ_i = −2 (d φ − nn + 2 λ φ³), and action += φ (d φ − nn + λ φ³), the site's share of S,
  /// `offset` numbers after the first site. Products that are added are fused by name: left to
  /// the compiler, vectors of different lengths could round differently.
  HWY_INLINE V force(Index offset, V& action) const {
    const V f = hn::LoadU(d_, phi_ + offset);
    const V linear = hn::MulSub(diagonal_, f, neighbours(offset));
    const V scaled = hn::Mul(lambda_, f), square = hn::Mul(f, f);
    action = hn::MulAdd(f, hn::MulAdd(scaled, square, linear), action);
    return hn::Mul(hn::Set(d_, -2), hn::MulAdd(hn::Add(scaled, scaled), square, linear));
  }

 private:
  HWY_INLINE V neighbours(Index offset) const {
    const auto at = [&](int k) { return hn::LoadU(d_, near_[k] + offset); };
    if constexpr (kDegree == 0) {
      V sum = hn::Zero(d_);
      for (std::size_t k = 0; k < any_.size(); ++k)
        sum = hn::MulAdd(hn::Set(d_, J_[k]), hn::LoadU(d_, any_[k] + offset), sum);
      return sum;
    } else {
      V sum = hn::Add(hn::Add(at(0), at(1)), hn::Add(at(2), at(3)));
      if constexpr (kDegree == 6) sum = hn::Add(sum, hn::Add(at(4), at(5)));
      return sum;
    }
  }

  D d_;
  const FieldStencil& stencil_;
  const double* phi_;
  V diagonal_, lambda_;
  const double* J_;
  const double* near_[kDegree == 0 ? 1 : kDegree];
  std::vector<const double*> any_;
};

template <int kDegree>
HWY_INLINE void force_of(const FieldView& view, const double* phi, double* grad, double* action) {
  over_chains(view.chains, [&](auto d, Index c) {
    auto total = hn::Zero(d);
    for (const FieldStencil::Run& run : view.stencil->runs) {
      const RunOfSites<kDegree, decltype(d)> sites(d, view, phi + c, run);
      double* out = grad == nullptr ? nullptr : grad + run.first * view.chains + c;
      const Index end = run.count * view.chains;
      for (Index at = 0; at < end; at += view.chains) {
        const auto force = sites.force(at, total);
        if (grad != nullptr) hn::StoreU(force, d, out + at);
      }
    }
    hn::StoreU(total, d, action + c);
  });
}

template <int kDegree>
HWY_INLINE void leap(const FieldView& view, const LeapfrogView& step, double* action) {
  over_chains(view.chains, [&](auto d, Index c) {
    const auto drift = hn::LoadU(d, step.drift + c), kick = hn::LoadU(d, step.kick + c);
    double *phi = step.phi + c, *xi = step.xi + c;
    auto total = hn::Zero(d);
    Index moved = 0;
    for (const FieldStencil::Run& run : view.stencil->runs) {
      for (const Index end = run.ready * view.chains; moved < end; moved += view.chains) {
        const auto place = hn::LoadU(d, phi + moved);
        hn::StoreU(hn::MulAdd(drift, hn::LoadU(d, xi + moved), place), d, phi + moved);
      }
      const RunOfSites<kDegree, decltype(d)> sites(d, view, phi, run);
      const Index first = run.first * view.chains;
      const Index end = run.count * view.chains;
      for (Index at = 0; at < end; at += view.chains) {
        const auto force = sites.force(at, total);
        double* place = xi + first + at;
        hn::StoreU(hn::MulAdd(kick, force, hn::LoadU(d, place)), d, place);
        if (step.grad != nullptr) hn::StoreU(force, d, step.grad + first + at + c);
      }
    }
    hn::StoreU(total, d, action + c);
  });
}

/// Calls work(degree) with the degree that neighbours() unrolls, as a type.
template <class Work>
HWY_INLINE void with_degree(const FieldStencil& stencil, const Work& work) {
  if (stencil.has_unit_J && stencil.degree == 4)
    work(std::integral_constant<int, 4>());
  else if (stencil.has_unit_J && stencil.degree == 6)
    work(std::integral_constant<int, 6>());
  else
    work(std::integral_constant<int, 0>());
}

HWY_NOINLINE void force_kernel(const FieldView& view, const double* phi, double* grad,
                               double* action) {
  with_degree(*view.stencil, [&](auto degree) { force_of<degree.value>(view, phi, grad, action); });
}

HWY_NOINLINE void leap_kernel(const FieldView& view, const LeapfrogView& step, double* action) {
  with_degree(*view.stencil, [&](auto degree) { leap<degree.value>(view, step, action); });
}

}  // namespace nmc::phi4_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::phi4_detail {

HWY_EXPORT(force_kernel);
HWY_EXPORT(leap_kernel);

void action_and_force(const FieldView& view, const double* phi, double* grad, double* action) {
  HWY_DYNAMIC_DISPATCH(force_kernel)(view, phi, grad, action);
}

void drift_kick(const FieldView& view, const LeapfrogView& step, double* action) {
  HWY_DYNAMIC_DISPATCH(leap_kernel)(view, step, action);
}

}  // namespace nmc::phi4_detail
#endif
