#include <algorithm>

#include "samplers/local/bit_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/lane_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "samplers/local/lane_update-inl.h"

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

/// One site of the rows in a vector of words.
template <LocalRule R, int Z, bool kUniform, class D>
HWY_INLINE void update_site(D d, const LaneTask& task, const LaneRule& own, Index site, Index g,
                            XoroshiroLanes<D>& random) {
  const BitGraph& graph = *task.graph;
  const Index first = graph.first[static_cast<std::size_t>(site)];
  const std::uint32_t* neighbour = graph.neighbour.data() + first;
  const std::uint64_t* sign = graph.sign.data() + first;
  std::uint64_t* place = task.words + site * task.groups + g;
  const auto across = [&](int k) {
    const auto* other = task.words + static_cast<Index>(neighbour[k]) * task.groups + g;
    return hn::Xor(hn::LoadU(d, other), hn::Set(d, sign[k]));
  };
  const auto is_less = [&](std::size_t w, int lane, int c) {
    const Index at = g + static_cast<Index>(w);
    const Index row = (task.first_group + at) * Spins::kWordBits + lane;
    const auto number = static_cast<std::uint64_t>(site) << 6 | static_cast<std::uint64_t>(lane);
    return further_bits(task.random.bank[2 * task.random.count + at], number) <
           further_part(own.rule.threshold(row, c));
  };
  hn::StoreU(updated<R, Z, kUniform>(d, own, hn::LoadU(d, place), across, random, is_less), d,
             place);
}

template <LocalRule R, int Z, bool kUniform, class D>
HWY_NOINLINE void run_sites(D d, const LaneTask& task, const SiteRun& run, Index g) {
  const LaneRuleRoom<R, Z, kUniform, D> room(
      (*task.rules)[static_cast<std::size_t>(run.degree)],
      [&](std::size_t w) { return task.first_group + g + static_cast<Index>(w); });
  const LaneRule own = room.get();
  XoroshiroLanes<D> random(d, task.random.bank + g, task.random.count);
  for (Index i = 0; i < run.count; ++i)
    update_site<R, Z, kUniform>(d, task, own, run.sites[i], g, random);
  random.store(d, task.random.bank + g, task.random.count);
}

template <class D>
HWY_INLINE void run_all(D d, const LaneTask& task, const std::vector<SiteRun>& runs, Index g) {
  for (const SiteRun& run : runs)
    by_rule(
        (*task.rules)[static_cast<std::size_t>(run.degree)],
        [&]<LocalRule R, int Z, bool kUniform>() { run_sites<R, Z, kUniform>(d, task, run, g); });
}

void sweep_lanes(const BitGraph& graph, const std::vector<SiteRun>& runs,
                 const std::vector<BitRule>& rules, const BitRandom& random, Spins& spins) {
  const Index swept = random.count;
  const LaneTask task{&graph,        &rules,         random,
                      spins.words(), spins.groups(), spins.first_row() / Spins::kWordBits};
  const hn::CappedTag<std::uint64_t, 8> wide;
  const hn::CappedTag<std::uint64_t, 4> half;
  const hn::CappedTag<std::uint64_t, 1> narrow;
  const auto w = static_cast<Index>(hn::Lanes(wide)), h = static_cast<Index>(hn::Lanes(half));
  Index g = 0;
  for (; g + w <= swept; g += w) run_all(wide, task, runs, g);
  for (; g + h <= swept; g += h) run_all(half, task, runs, g);
  for (; g < swept; ++g) run_all(narrow, task, runs, g);
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
