#include "core/simd/functions.hpp"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/simd/functions.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {

/// Applies f to whole vectors; the remainder goes through a padded buffer, so that every element
/// sees the same instructions wherever it stands.
template <class T, class F>
HWY_INLINE void map(const T* in, T* out, std::size_t n, F f) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(f(d, hn::LoadU(d, in + i)), d, out + i);
  if (i == n) return;
  HWY_ALIGN T buffer[hn::MaxLanes(d)] = {};
  for (std::size_t k = i; k < n; ++k) buffer[k - i] = in[k];
  hn::Store(f(d, hn::Load(d, buffer)), d, buffer);
  for (std::size_t k = i; k < n; ++k) out[k] = buffer[k - i];
}

#define NMC_MAP(NAME, EXPRESSION)                                          \
  template <class T>                                                       \
  void NAME(const T* in, T* out, std::size_t n) {                          \
    map(in, out, n, [](auto d, auto x) HWY_ATTR { return (EXPRESSION); }); \
  }                                                                        \
  void NAME##_double(const double* in, double* out, std::size_t n) {       \
    NAME<double>(in, out, n);                                              \
  }                                                                        \
  void NAME##_float(const float* in, float* out, std::size_t n) {          \
    NAME<float>(in, out, n);                                               \
  }

// Highway's Exp and Expm1 return a finite number for NaN; NaN must come through.
NMC_MAP(map_exp, hn::IfThenElse(hn::IsNaN(x), x, hn::Exp(d, x)))
NMC_MAP(map_log, hn::IfThenElse(hn::IsNaN(x), x, hn::Log(d, x)))
NMC_MAP(map_tanh, hn::IfThenElse(hn::IsNaN(x), x, vec_tanh(d, x)))
NMC_MAP(map_softplus, hn::IfThenElse(hn::IsNaN(x), x, vec_softplus(d, x)))
NMC_MAP(map_sigmoid, hn::IfThenElse(hn::IsNaN(x), x, vec_sigmoid(d, x)))
NMC_MAP(map_elu, hn::IfThenElse(hn::IsNaN(x), x, vec_elu(d, x)))
NMC_MAP(map_log_cosh, ([&]() HWY_ATTR {
          auto t = x;
          return hn::IfThenElse(hn::IsNaN(x), x, vec_log_cosh(d, x, t));
        }()))
#undef NMC_MAP

void map_log_cosh_tanh(const double* in, double* out, double* tanh_out, std::size_t n) {
  const hn::ScalableTag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  auto both = [&](auto x, auto& t) HWY_ATTR {
    const auto value = vec_log_cosh(d, x, t);
    t = hn::IfThenElse(hn::IsNaN(x), x, t);
    return hn::IfThenElse(hn::IsNaN(x), x, value);
  };
  std::size_t i = 0;
  auto t = hn::Zero(d);
  for (; i + lanes <= n; i += lanes) {
    hn::StoreU(both(hn::LoadU(d, in + i), t), d, out + i);
    hn::StoreU(t, d, tanh_out + i);
  }
  if (i == n) return;
  HWY_ALIGN double a[hn::MaxLanes(d)] = {};
  HWY_ALIGN double b[hn::MaxLanes(d)] = {};
  for (std::size_t k = i; k < n; ++k) a[k - i] = in[k];
  hn::Store(both(hn::Load(d, a), t), d, a);
  hn::Store(t, d, b);
  for (std::size_t k = i; k < n; ++k) out[k] = a[k - i], tanh_out[k] = b[k - i];
}

const char* compiled_target() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cassert>
#include <string>

namespace nmc::simd {

#define NMC_DISPATCH(NAME)                                                       \
  HWY_EXPORT(map_##NAME##_double);                                               \
  HWY_EXPORT(map_##NAME##_float);                                                \
  void NAME(std::span<const double> in, std::span<double> out) {                 \
    assert(in.size() == out.size());                                             \
    HWY_DYNAMIC_DISPATCH(map_##NAME##_double)(in.data(), out.data(), in.size()); \
  }                                                                              \
  void NAME(std::span<const float> in, std::span<float> out) {                   \
    assert(in.size() == out.size());                                             \
    HWY_DYNAMIC_DISPATCH(map_##NAME##_float)(in.data(), out.data(), in.size());  \
  }
NMC_DISPATCH(exp)
NMC_DISPATCH(log)
NMC_DISPATCH(tanh)
NMC_DISPATCH(softplus)
NMC_DISPATCH(sigmoid)
NMC_DISPATCH(elu)
NMC_DISPATCH(log_cosh)
#undef NMC_DISPATCH

HWY_EXPORT(map_log_cosh_tanh);
void log_cosh_tanh(std::span<const double> in, std::span<double> out, std::span<double> tanh_out) {
  assert(in.size() == out.size() && in.size() == tanh_out.size());
  HWY_DYNAMIC_DISPATCH(map_log_cosh_tanh)(in.data(), out.data(), tanh_out.data(), in.size());
}

HWY_EXPORT(compiled_target);
const char* target_name() {
  return HWY_DYNAMIC_DISPATCH(compiled_target)();
}

}  // namespace nmc::simd
#endif
