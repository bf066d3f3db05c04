#include <algorithm>
#include <cassert>
#include <cstdint>

#include "core/random/streams.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random/fill.cpp"
#include "hwy/foreach_target.h"

#include "hwy/highway.h"

#include "core/random/box_muller-inl.h"
#include "core/random/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Columns `even` and `odd` of one block (null: not wanted), for `chains` chains. `Transform` makes
/// a pair of doubles of a pair of uniforms.
template <class Transform>
void fill_pair(const PhiloxKeys& keys, const Counter& counter, double* even, double* odd,
               std::size_t chains) {
  const hn::ScalableTag<double> d;
  const hn::ScalableTag<std::uint64_t> du;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN double tail[2][HWY_MAX_BYTES / sizeof(double)];
  for (std::size_t row = 0; row < chains; row += lanes) {
    auto chain = hn::Add(hn::Set(du, counter.first_chain + row), hn::Iota(du, 0));
    const auto words = philox(du, keys, counter, chain);
    auto a = to_uniform(d, words.w0, words.w1);
    auto b = to_uniform(d, words.w2, words.w3);
    Transform::apply(d, a, b);
    if (row + lanes <= chains) {
      if (even != nullptr) hn::StoreU(a, d, even + row);
      if (odd != nullptr) hn::StoreU(b, d, odd + row);
    } else {  // the last, incomplete vector
      hn::Store(a, d, tail[0]);
      hn::Store(b, d, tail[1]);
      if (even != nullptr) std::copy_n(tail[0], chains - row, even + row);
      if (odd != nullptr) std::copy_n(tail[1], chains - row, odd + row);
    }
  }
}

/// Numbers first, first + 1, … of the streams to the columns of `out`.
template <class Transform>
void fill(const Streams& streams, Batch& out, Index first) {
  const auto chains = static_cast<std::size_t>(out.rows());
  const PhiloxKeys keys = philox_keys(streams.seed);
  Counter counter{static_cast<std::uint32_t>(first / 2), streams.step, streams.first_chain,
                  static_cast<std::uint32_t>(streams.purpose)};
  const auto column = [&](Index i) {
    return i < out.cols() ? out.data() + i * out.rows() : nullptr;
  };
  Index i = 0;
  if (first % 2 == 1 && out.cols() > 0) {
    fill_pair<Transform>(keys, counter, nullptr, column(0), chains);
    i = 1;
    ++counter.block;
  }
  for (; i < out.cols(); i += 2, ++counter.block)
    fill_pair<Transform>(keys, counter, column(i), column(i + 1), chains);
}

struct KeepUniform {
  template <class D, class V>
  static HWY_INLINE void apply(D, V&, V&) {}
};

void uniform(const Streams& streams, Batch& out, Index first) {
  fill<KeepUniform>(streams, out, first);
}

void normal(const Streams& streams, Batch& out, Index first) {
  fill<BoxMuller>(streams, out, first);
}

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace random_detail {
HWY_EXPORT(uniform);
HWY_EXPORT(normal);
}  // namespace random_detail

void fill_uniform(const Streams& streams, Batch& u, Index first) {
  assert(streams.step >> 56 == 0);
  using namespace random_detail;
  HWY_DYNAMIC_DISPATCH(uniform)(streams, u, first);
}

void fill_normal(const Streams& streams, Batch& z, Index first) {
  assert(streams.step >> 56 == 0);
  using namespace random_detail;
  HWY_DYNAMIC_DISPATCH(normal)(streams, z, first);
}

Column uniform_column(const Streams& streams, Index chains) {
  Batch u(chains, 1);
  fill_uniform(streams, u);
  return u.col(0);
}

}  // namespace nmc
#endif
