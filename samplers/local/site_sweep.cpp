#include "samplers/local/site_vectors.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/site_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "samplers/local/lane_update-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using spins_detail::HWY_NAMESPACE::mask_of_bits;

/// words[place[0]], words[place[1]], …
template <class D>
HWY_INLINE hn::Vec<D> gathered(D d, const std::uint64_t* words, const std::uint32_t* place) {
#if HWY_TARGET <= HWY_AVX3
  // In registers: vectors wait long for numbers that were stored one by one.
  if constexpr (hn::MaxLanes(D()) == 8)
    return hn::Vec<D>{_mm512_set_epi64(words[place[7]], words[place[6]], words[place[5]],
                                       words[place[4]], words[place[3]], words[place[2]],
                                       words[place[1]], words[place[0]])};
#endif
  HWY_ALIGN std::uint64_t own[hn::MaxLanes(D())];
  for (std::size_t i = 0; i < hn::MaxLanes(D()); ++i) own[i] = words[place[i]];
  return hn::Load(d, own);
}

/// The words of a part of a vector's sites, of all vectors of a run.
template <LocalRule R, int Z, bool kUniform, class D>
HWY_NOINLINE void run_vectors(D d, const SiteSweep& task, std::uint64_t* all,
                              const SiteVectors::Run& run, Index part) {
  const BitRule& rule = task.rules[static_cast<std::size_t>(run.degree)];
  const LaneRuleRoom<R, Z, kUniform, D> room(rule, [&](std::size_t) { return task.group; });
  const LaneRule own = room.get();
  const SiteVectors& vectors = task.vectors;
  XoroshiroLanes<D> random(d, task.random.bank + part, task.random.count);
  for (Index v = 0; v < run.vectors; ++v) {
    const Index place = run.first + v * SiteVectors::kSites + part;
    const SiteVectors::Link* links = vectors.links.data() + run.links + v * run.degree;
    const auto across = [&](int k) {
      const SiteVectors::Link& link = links[k];
      const auto other = link.is_consecutive ? hn::LoadU(d, all + link.place[0] + part)
                                             : gathered(d, all, link.place + part);
      if (!vectors.is_signed) return other;
      return hn::Xor(other,
                     hn::VecFromMask(d, mask_of_bits(d, link.signs, static_cast<int>(part))));
    };
    const auto is_less = [&](std::size_t w, int lane, int c) {
      const auto site = vectors.site[static_cast<std::size_t>(place) + w];
      const auto number = std::uint64_t{site} << 6 | static_cast<std::uint64_t>(lane);
      const Index generator = part + static_cast<Index>(w);
      return further_bits(task.random.bank[2 * task.random.count + generator], number) <
             further_part(rule.threshold(task.group * Spins::kWordBits + lane, c));
    };
    std::uint64_t* const words = all + place;
    hn::StoreU(updated<R, Z, kUniform>(d, own, hn::LoadU(d, words), across, random, is_less), d,
               words);
  }
  random.store(d, task.random.bank + part, task.random.count);
}

void sweep_sites(const SiteSweep& task, std::uint64_t* words) {
  const hn::CappedTag<std::uint64_t, SiteVectors::kSites> d;
  for (const SiteVectors::Run& run : task.vectors.runs)
    for (Index part = 0; part < SiteVectors::kSites; part += static_cast<Index>(hn::Lanes(d)))
      by_rule(task.rules[static_cast<std::size_t>(run.degree)],
              [&]<LocalRule R, int Z, bool kUniform>() {
                run_vectors<R, Z, kUniform>(d, task, words, run, part);
              });
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_sites);
void sweep_any(const SiteSweep& sweep, std::uint64_t* words) {
  HWY_DYNAMIC_DISPATCH(sweep_sites)(sweep, words);
}

}  // namespace
}  // namespace local_detail

void sweep_site_vectors(const SiteSweep& sweep, std::uint64_t* words) {
  local_detail::sweep_any(sweep, words);
}

}  // namespace nmc
#endif
