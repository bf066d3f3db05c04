// The update of a site in the words of its chains. Included once per SIMD target.
#include "samplers/local/bit_compare-inl.h"
#include "samplers/local/bit_kernels.hpp"

#if defined(NMC_SAMPLERS_LOCAL_LANE_UPDATE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_SAMPLERS_LOCAL_LANE_UPDATE_INL_H
#undef NMC_SAMPLERS_LOCAL_LANE_UPDATE_INL_H
#else
#define NMC_SAMPLERS_LOCAL_LANE_UPDATE_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A rule for the rows of a vector of words.
struct LaneRule {
  const BitRule& rule;
  const std::uint64_t* lanes;  ///< bits of the thresholds, as compare_lanes() reads them
  const std::uint64_t* hot;    ///< lanes of rows in which the site is hot
};

/// Room for what a LaneRule points to, of words that belong to the groups group(word).
template <LocalRule R, int Z, bool kUniform, class D>
class LaneRuleRoom {
 public:
  template <class Group>
  HWY_INLINE LaneRuleRoom(const BitRule& rule, const Group& group) : rule_(rule) {
    constexpr std::size_t kWords = hn::MaxLanes(D());
    if constexpr (!kUniform) {
      for (int k = 0; k < BitRule::kRounds; ++k)
        for (int c = 0; c < rule.classes(); ++c)
          for (std::size_t w = 0; w < kWords; ++w)
            lanes_[static_cast<std::size_t>(k * C + c) * 8 + w] = rule.lanes(group(w), k, c);
    }
    for (std::size_t w = 0; w < kWords; ++w) hot_[w] = rule.hot_lanes(group(w));
  }
  [[nodiscard]] HWY_INLINE LaneRule get() const { return {rule_, lanes_, hot_}; }

 private:
  static constexpr int C = class_count(R, Z);
  const BitRule& rule_;
  std::uint64_t lanes_[kUniform ? 1 : BitRule::kRounds * C * 8] = {};
  std::uint64_t hot_[8];
};

/// Spins s after their update; neighbour(k) are those across bond k, with the bond's sign.
/// is_less(word, lane, class) settles what the first bits leave open.
template <LocalRule R, int Z, bool kUniform, class D, class Neighbour, class IsLess,
          class V = hn::Vec<D>>
HWY_INLINE V updated(D d, const LaneRule& own, V s, const Neighbour& neighbour,
                     XoroshiroLanes<D>& random, const IsLess& is_less) {
  const BitRule& rule = own.rule;
  constexpr int C = class_count(R, Z);
  const auto count = count_planes<Z>(d, rule.degree(), [&](int k) {
    return R == LocalRule::metropolis ? hn::Xor(neighbour(k), s) : neighbour(k);
  });
  const auto classes = classify<R, Z>(d, rule.degree(), count);
  const auto decision = kUniform ? compare_uniform(d, random, classes, rule.union_offsets())
                                 : compare_lanes(d, random, classes, own.lanes);
  const auto less = settled<C>(d, decision, classes.mask, is_less);
  if constexpr (R == LocalRule::metropolis)
    return hn::Xor(s, turned(d, rule, less, decision.stay, random, own.hot));
  else
    return hn::Xor(classes.ahead, less);
}

/// Calls work.operator()<rule, degree, whether all rows have one temperature>(); degree 0 stands
/// for any.
template <LocalRule R, bool kUniform, class Work>
HWY_INLINE void by_degree(int degree, const Work& work) {
  if constexpr (R == LocalRule::metropolis && kUniform) {
    if (degree == 3) return work.template operator()<R, 3, kUniform>();
  }
  if constexpr (R == LocalRule::metropolis) {
    if (degree == 4) return work.template operator()<R, 4, kUniform>();
    if (degree == 6) return work.template operator()<R, 6, kUniform>();
  }
  work.template operator()<R, 0, kUniform>();
}

template <class Work>
HWY_INLINE void by_rule(const BitRule& rule, const Work& work) {
  constexpr LocalRule kFlip = LocalRule::metropolis, kBath = LocalRule::heat_bath;
  const int degree = rule.degree();
  if (rule.rule() == kFlip)
    rule.is_uniform() ? by_degree<kFlip, true>(degree, work) : by_degree<kFlip, false>(degree, work);
  else
    rule.is_uniform() ? by_degree<kBath, true>(degree, work) : by_degree<kBath, false>(degree, work);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
