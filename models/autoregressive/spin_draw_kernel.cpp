#include "models/autoregressive/spin_draw_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/autoregressive/spin_draw_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::spin_draw_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_NOINLINE void draw_all(const SpinDraw& draw) {
  const hn::CappedTag<double, simd::kTile> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(hn::CappedTag<double, simd::kTile>()));
  const auto zero = hn::Zero(d), one = hn::Set(d, 1.0), minus = hn::Set(d, -1.0);
  const auto token = hn::Set(d, draw.token);
  for (int c = 0; c < simd::kTile; c += lanes) {
    const auto a = hn::LoadU(d, draw.logits + c);
    // e = e^-|a| in (0, 1]: nothing overflows, and 1 + e loses nothing that q could show.
    const auto e = hn::Exp(d, hn::Neg(hn::Abs(a)));
    const auto sum = hn::Add(one, e);
    const auto share = hn::IfThenElse(hn::Ge(a, zero), one, e);
    auto s = one;
    if (draw.u != nullptr)
      s = hn::IfThenElse(hn::Lt(hn::Mul(hn::LoadU(d, draw.u + c), sum), share), one, minus);
    if (draw.given != nullptr) {
      const auto given = hn::LoadU(d, draw.given + c);
      s = draw.kept == nullptr
              ? given
              : hn::IfThenElse(hn::Gt(hn::LoadU(d, draw.kept + c), token), given, s);
    }
    hn::StoreU(s, d, draw.s + c);
    const auto exponent = hn::Min(hn::Mul(s, a), zero);
    hn::StoreU(hn::Add(hn::LoadU(d, draw.exponent + c), exponent), d, draw.exponent + c);
    hn::StoreU(hn::Mul(hn::LoadU(d, draw.norm + c), sum), d, draw.norm + c);
    if (draw.up != nullptr) hn::StoreU(hn::Div(share, sum), d, draw.up + c);
    if (draw.log_q != nullptr) hn::StoreU(hn::Sub(exponent, hn::Log(d, sum)), d, draw.log_q + c);
  }
}

}  // namespace nmc::spin_draw_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace spin_draw_detail {

HWY_EXPORT(draw_all);
void draw_any(const SpinDraw& draw) {
  HWY_DYNAMIC_DISPATCH(draw_all)(draw);
}

}  // namespace spin_draw_detail

void draw_spins(const SpinDraw& draw) {
  spin_draw_detail::draw_any(draw);
}

}  // namespace nmc
#endif
