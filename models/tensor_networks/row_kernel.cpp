#include "models/tensor_networks/row_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/tensor_networks/row_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::tensor::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, simd::kTile>;
using V = hn::Vec<Tag>;

/// 1/largest, and 1 where that is 0 or so small that it would be infinite.
HWY_INLINE V inverse_scale(Tag d, V largest) {
  constexpr double kLeast = 1e-300;
  const V one = hn::Set(d, 1.0);
  return hn::Div(one, hn::IfThenElse(hn::Gt(largest, hn::Set(d, kLeast)), largest, one));
}

HWY_INLINE void scale_lanes(Tag d, int features, V factor, double* HWY_RESTRICT vector) {
  for (int k = 0; k < features; ++k, vector += simd::kTile)
    hn::Store(hn::Mul(factor, hn::Load(d, vector)), d, vector);
}

HWY_NOINLINE void sum_spin(const SpinSum& sum) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    const V up = hn::LoadU(d, sum.weight[0] + c), down = hn::LoadU(d, sum.weight[1] + c);
    const V alike = hn::LoadU(d, sum.alike + c), unlike = hn::LoadU(d, sum.unlike + c);
    V largest = hn::LoadU(d, sum.largest + c);
    for (int k = 0; k < sum.features; ++k) {
      const int at = k * simd::kTile + c;
      const V a = hn::Mul(up, hn::Load(d, sum.in[0] + at));
      const V b = hn::Mul(down, hn::Load(d, sum.in[1] + at));
      const V of_up = hn::MulAdd(alike, a, hn::Mul(unlike, b));
      const V of_down = hn::MulAdd(unlike, a, hn::Mul(alike, b));
      hn::Store(of_up, d, sum.out[0] + at);
      hn::Store(of_down, d, sum.out[1] + at);
      largest = hn::Max(largest, hn::Max(hn::Abs(of_up), hn::Abs(of_down)));
    }
    hn::StoreU(largest, d, sum.largest + c);
  }
}

HWY_NOINLINE void sum_label(const LabelSum& sum) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    V largest = hn::LoadU(d, sum.largest + c);
    for (int k = 0; k < sum.features; ++k) {
      const int at = k * simd::kTile + c;
      V total = hn::Zero(d);
      for (std::size_t t = 0; t < sum.in.size(); ++t)
        total = hn::MulAdd(hn::LoadU(d, sum.weight[t] + c), hn::Load(d, sum.in[t] + at), total);
      hn::Store(total, d, sum.out + at);
      largest = hn::Max(largest, hn::Abs(total));
    }
    hn::StoreU(largest, d, sum.largest + c);
  }
}

HWY_NOINLINE void choose_label_lanes(const LabelChoice& choice) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    const V s = hn::LoadU(d, choice.s + c);
    V largest = hn::Zero(d);
    for (int k = 0; k < choice.features; ++k) {
      const int at = k * simd::kTile + c;
      V one = hn::Load(d, choice.in[0] + at);
      for (std::size_t t = 1; t < choice.in.size(); ++t)
        one = hn::IfThenElse(hn::Eq(s, hn::Set(d, static_cast<double>(t))),
                             hn::Load(d, choice.in[t] + at), one);
      hn::Store(one, d, choice.out + at);
      largest = hn::Max(largest, hn::Abs(one));
    }
    scale_lanes(d, choice.features, inverse_scale(d, largest), choice.out + c);
  }
}

HWY_NOINLINE void divide_lanes(int features, const double* scale, double* vector) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes)
    scale_lanes(d, features, inverse_scale(d, hn::LoadU(d, scale + c)), vector + c);
}

HWY_NOINLINE void dot_lanes(int features, const double* HWY_RESTRICT a,
                            const double* HWY_RESTRICT b, double* HWY_RESTRICT out) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    V sum = hn::Zero(d);
    for (int at = c; at < features * simd::kTile; at += simd::kTile)
      sum = hn::MulAdd(hn::Load(d, a + at), hn::Load(d, b + at), sum);
    hn::StoreU(sum, d, out + c);
  }
}

HWY_NOINLINE void choose_lanes(const Choice& choice) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    const auto is_up = hn::Gt(hn::LoadU(d, choice.s + c), hn::Zero(d));
    V largest = hn::Zero(d);
    for (int k = 0; k < choice.features; ++k) {
      const int at = k * simd::kTile + c;
      const V one =
          hn::IfThenElse(is_up, hn::Load(d, choice.in[0] + at), hn::Load(d, choice.in[1] + at));
      hn::Store(one, d, choice.out + at);
      largest = hn::Max(largest, hn::Abs(one));
    }
    scale_lanes(d, choice.features, inverse_scale(d, largest), choice.out + c);
  }
}

HWY_NOINLINE void log_odds_lanes(const double* up, const double* down, double least, double* out) {
  const Tag d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int c = 0; c < simd::kTile; c += lanes) {
    const V a = hn::LoadU(d, up + c), b = hn::LoadU(d, down + c);
    const V largest = hn::Max(hn::Max(a, b), hn::Zero(d));
    const V smallest = hn::Max(hn::Min(a, b), hn::Zero(d));
    const V divisor = hn::IfThenElse(hn::Gt(largest, hn::Zero(d)), largest, hn::Set(d, 1.0));
    const V share = hn::Max(hn::Div(smallest, divisor), hn::Set(d, least));
    const V odds = hn::Neg(hn::Log(d, hn::Min(share, hn::Set(d, 1.0))));
    const V known = hn::IfThenElseZero(hn::Gt(largest, hn::Zero(d)), odds);
    hn::StoreU(hn::IfThenElse(hn::Ge(a, b), known, hn::Neg(known)), d, out + c);
  }
}

}  // namespace nmc::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::tensor {

HWY_EXPORT(sum_spin);
HWY_EXPORT(sum_label);
HWY_EXPORT(choose_label_lanes);
HWY_EXPORT(divide_lanes);
HWY_EXPORT(dot_lanes);
HWY_EXPORT(choose_lanes);
HWY_EXPORT(log_odds_lanes);

void sum_over_spin(const SpinSum& sum) {
  HWY_DYNAMIC_DISPATCH(sum_spin)(sum);
}

void sum_over_label(const LabelSum& sum) {
  HWY_DYNAMIC_DISPATCH(sum_label)(sum);
}

void choose_label(const LabelChoice& choice) {
  HWY_DYNAMIC_DISPATCH(choose_label_lanes)(choice);
}

void divide(int features, const double* scale, double* vector) {
  HWY_DYNAMIC_DISPATCH(divide_lanes)(features, scale, vector);
}

void dot(int features, const double* a, const double* b, double* out) {
  HWY_DYNAMIC_DISPATCH(dot_lanes)(features, a, b, out);
}

void choose(const Choice& choice) {
  HWY_DYNAMIC_DISPATCH(choose_lanes)(choice);
}

void log_odds(const double* up, const double* down, double least, double* out) {
  HWY_DYNAMIC_DISPATCH(log_odds_lanes)(up, down, least, out);
}

}  // namespace nmc::tensor
#endif
