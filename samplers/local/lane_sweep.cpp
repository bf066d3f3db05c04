#include <algorithm>

#include "samplers/local/bit_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/lane_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "samplers/local/bit_compare-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct LaneTask {
  const BitGraph* graph;
  const std::vector<BitRule>* rules;
  BitRandom random;
  std::uint64_t* words;
  Index groups, first_group;  ///< first_group: global number of group 0
};

/// A rule for the rows of a vector of words.
struct LaneRule {
  const BitRule& rule;
  const std::uint64_t* lanes;  ///< bits of the thresholds, as compare_lanes() reads them
  const std::uint64_t* hot;    ///< lanes of rows in which the site is hot
};

/// One site of the rows in a vector of words.
template <LocalRule R, int Z, bool kUniform, class D>
HWY_INLINE void update_site(D d, const LaneTask& task, const LaneRule& own, Index site, Index g,
                            XoroshiroLanes<D>& random) {
  const BitRule& rule = own.rule;
  constexpr int C = class_count(R, Z);
  using V = hn::Vec<D>;
  const BitGraph& graph = *task.graph;
  const Index first = graph.first[static_cast<std::size_t>(site)];
  const std::uint32_t* neighbour = graph.neighbour.data() + first;
  const std::uint64_t* sign = graph.sign.data() + first;
  std::uint64_t* place = task.words + site * task.groups + g;
  const V s = hn::LoadU(d, place);
  const auto count = count_planes<Z>(d, rule.degree(), [&](int k) {
    const V other = hn::LoadU(d, task.words + static_cast<Index>(neighbour[k]) * task.groups + g);
    const V flipped = hn::Xor(other, hn::Set(d, sign[k]));
    return R == LocalRule::metropolis ? hn::Xor(flipped, s) : flipped;
  });
  const auto classes = classify<R, Z>(d, rule.degree(), count);
  const auto decision = kUniform ? compare_uniform(d, random, classes, rule.union_offsets())
                                 : compare_lanes(d, random, classes, own.lanes);
  const auto less = settled<C>(d, decision, classes.mask, [&](std::size_t w, int lane, int c) {
    const Index at = g + static_cast<Index>(w);
    const Index row = (task.first_group + at) * Spins::kWordBits + lane;
    const auto number = static_cast<std::uint64_t>(site) << 6 | static_cast<std::uint64_t>(lane);
    return further_bits(task.random.bank[2 * task.random.count + at], number) <
           further_part(rule.threshold(row, c));
  });
  if constexpr (R == LocalRule::metropolis)
    hn::StoreU(hn::Xor(s, turned(d, rule, less, decision.stay, random, own.hot)), d, place);
  else
    hn::StoreU(hn::Xor(classes.ahead, less), d, place);
}

template <LocalRule R, int Z, bool kUniform, class D>
HWY_NOINLINE void run_sites(D d, const LaneTask& task, const SiteRun& run, Index g) {
  constexpr int C = class_count(R, Z);
  const BitRule& rule = (*task.rules)[static_cast<std::size_t>(run.degree)];
  std::uint64_t lanes[kUniform ? 1 : BitRule::kRounds * C * 8] = {};
  if constexpr (!kUniform) {
    for (int k = 0; k < BitRule::kRounds; ++k)
      for (int c = 0; c < rule.classes(); ++c)
        for (std::size_t w = 0; w < hn::MaxLanes(D()); ++w)
          lanes[static_cast<std::size_t>(k * C + c) * 8 + w] =
              rule.lanes(task.first_group + g + static_cast<Index>(w), k, c);
  }
  std::uint64_t hot[8];
  for (std::size_t w = 0; w < hn::MaxLanes(D()); ++w)
    hot[w] = rule.hot_lanes(task.first_group + g + static_cast<Index>(w));
  const LaneRule own{rule, lanes, hot};
  XoroshiroLanes<D> random(d, task.random.bank + g, task.random.count);
  for (Index i = 0; i < run.count; ++i)
    update_site<R, Z, kUniform>(d, task, own, run.sites[i], g, random);
  random.store(d, task.random.bank + g, task.random.count);
}

template <LocalRule R, bool kUniform, class D>
HWY_INLINE void run_degree(D d, const LaneTask& task, const SiteRun& run, Index g) {
  if constexpr (R == LocalRule::metropolis && kUniform) {
    if (run.degree == 3) return run_sites<R, 3, kUniform>(d, task, run, g);
  }
  if constexpr (R == LocalRule::metropolis) {
    if (run.degree == 4) return run_sites<R, 4, kUniform>(d, task, run, g);
    if (run.degree == 6) return run_sites<R, 6, kUniform>(d, task, run, g);
  }
  run_sites<R, 0, kUniform>(d, task, run, g);
}

template <class D>
HWY_INLINE void run_all(D d, const LaneTask& task, const std::vector<SiteRun>& runs, Index g) {
  for (const SiteRun& run : runs) {
    const BitRule& rule = (*task.rules)[static_cast<std::size_t>(run.degree)];
    const bool flips = rule.rule() == LocalRule::metropolis;
    if (flips && rule.is_uniform()) run_degree<LocalRule::metropolis, true>(d, task, run, g);
    if (flips && !rule.is_uniform()) run_degree<LocalRule::metropolis, false>(d, task, run, g);
    if (!flips && rule.is_uniform()) run_degree<LocalRule::heat_bath, true>(d, task, run, g);
    if (!flips && !rule.is_uniform()) run_degree<LocalRule::heat_bath, false>(d, task, run, g);
  }
}

void sweep_lanes(const BitGraph& graph, const std::vector<SiteRun>& runs,
                 const std::vector<BitRule>& rules, const BitRandom& random, Spins& spins) {
  const LaneTask task{&graph,        &rules,         random,
                      spins.words(), spins.groups(), spins.first_row() / Spins::kWordBits};
  const hn::CappedTag<std::uint64_t, 8> wide;
  const hn::CappedTag<std::uint64_t, 4> half;
  const hn::CappedTag<std::uint64_t, 1> narrow;
  const auto w = static_cast<Index>(hn::Lanes(wide)), h = static_cast<Index>(hn::Lanes(half));
  Index g = 0;
  for (; g + w <= task.groups; g += w) run_all(wide, task, runs, g);
  for (; g + h <= task.groups; g += h) run_all(half, task, runs, g);
  for (; g < task.groups; ++g) run_all(narrow, task, runs, g);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_lanes);
void sweep_any(const BitGraph& graph, const std::vector<SiteRun>& runs,
               const std::vector<BitRule>& rules, const BitRandom& random, Spins& spins) {
  HWY_DYNAMIC_DISPATCH(sweep_lanes)(graph, runs, rules, random, spins);
}

}  // namespace
}  // namespace local_detail

void sweep_lanes(const BitGraph& graph, const std::vector<SiteRun>& runs,
                 const std::vector<BitRule>& rules, const BitRandom& random, Spins& spins) {
  local_detail::sweep_any(graph, runs, rules, random, spins);
}

}  // namespace nmc
#endif
