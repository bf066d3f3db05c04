#include <cstdint>

#include "core/random/xoroshiro.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random/xoroshiro.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/random/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The 64-bit number of two 32-bit words in the lower halves.
template <class DU, class V>
HWY_INLINE V join(DU du, V low, V high) {
  return hn::Or(hn::And(low, hn::Set(du, 0xFFFFFFFFU)), hn::ShiftLeft<32>(high));
}

template <class DU>
HWY_INLINE void seed_vector(DU du, const PhiloxKeys& keys, const Streams& s, std::uint64_t first,
                            const XoroshiroBank& bank, Index place) {
  const auto chain = hn::Add(hn::Set(du, first), hn::Iota(du, 0));
  for (std::uint32_t block = 0; block < 2; ++block) {
    const Counter counter{block, s.step, s.first_chain, static_cast<std::uint32_t>(s.purpose)};
    const auto w = philox(du, keys, counter, chain);
    std::uint64_t* row = bank.state + 2 * block * bank.count + place;
    hn::StoreU(join(du, w.w0, w.w1), du, row);
    if (block == 0) hn::StoreU(join(du, w.w2, w.w3), du, row + bank.count);
  }
}

void seed_bank(const Streams& streams, std::uint64_t first, const XoroshiroBank& bank) {
  const hn::ScalableTag<std::uint64_t> wide;
  const hn::CappedTag<std::uint64_t, 1> narrow;
  const auto step = static_cast<Index>(hn::Lanes(wide));
  const PhiloxKeys keys = philox_keys(streams.seed);
  Index i = 0;
  for (; i + step <= bank.count; i += step)
    seed_vector(wide, keys, streams, first + static_cast<std::uint64_t>(i), bank, i);
  for (; i < bank.count; ++i)
    seed_vector(narrow, keys, streams, first + static_cast<std::uint64_t>(i), bank, i);
}

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace random_detail {
namespace {

HWY_EXPORT(seed_bank);
void seed_any(const Streams& streams, std::uint64_t first, const XoroshiroBank& bank) {
  HWY_DYNAMIC_DISPATCH(seed_bank)(streams, first, bank);
}

}  // namespace
}  // namespace random_detail

void seed(const Streams& streams, std::uint64_t first, const XoroshiroBank& bank) {
  random_detail::seed_any(streams, first, bank);
}

}  // namespace nmc
#endif
