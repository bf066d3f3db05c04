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

/// Columns `even` and `odd` (null: not wanted) of one block, for `chains` chains. `Transform` makes
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
      hn::StoreU(a, d, even + row);
      if (odd != nullptr) hn::StoreU(b, d, odd + row);
    } else {  // the last, incomplete vector
      hn::Store(a, d, tail[0]);
      hn::Store(b, d, tail[1]);
      std::copy_n(tail[0], chains - row, even + row);
      if (odd != nullptr) std::copy_n(tail[1], chains - row, odd + row);
    }
  }
}

template <class Transform>
void fill(const Streams& streams, double* data, std::size_t chains, std::size_t sites) {
  const PhiloxKeys keys = philox_keys(streams.seed);
  Counter counter{0, streams.step, streams.first_chain,
                  static_cast<std::uint32_t>(streams.purpose)};
  for (std::size_t site = 0; site < sites; site += 2, ++counter.block) {
    double* even = data + site * chains;
    fill_pair<Transform>(keys, counter, even, site + 1 < sites ? even + chains : nullptr, chains);
  }
}

struct KeepUniform {
  template <class D, class V>
  static HWY_INLINE void apply(D, V&, V&) {}
};

void uniform(const Streams& streams, double* data, std::size_t chains, std::size_t sites) {
  fill<KeepUniform>(streams, data, chains, sites);
}

void normal(const Streams& streams, double* data, std::size_t chains, std::size_t sites) {
  fill<BoxMuller>(streams, data, chains, sites);
}

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace random_detail {
HWY_EXPORT(uniform);
HWY_EXPORT(normal);
}  // namespace random_detail

void fill_uniform(const Streams& streams, Batch& u) {
  assert(streams.step >> 56 == 0);
  using namespace random_detail;
  HWY_DYNAMIC_DISPATCH(uniform)
  (streams, u.data(), static_cast<std::size_t>(u.rows()), static_cast<std::size_t>(u.cols()));
}

void fill_normal(const Streams& streams, Batch& z) {
  assert(streams.step >> 56 == 0);
  using namespace random_detail;
  HWY_DYNAMIC_DISPATCH(normal)
  (streams, z.data(), static_cast<std::size_t>(z.rows()), static_cast<std::size_t>(z.cols()));
}

Column uniform_column(const Streams& streams, Index chains) {
  Batch u(chains, 1);
  fill_uniform(streams, u);
  return u.col(0);
}

}  // namespace nmc
#endif
