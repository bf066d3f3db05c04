#include <bit>
#include <cstring>
#include <limits>

#include "samplers/local/bit_kernels.hpp"
#include "samplers/local/real_kernel.hpp"
#include "samplers/local/tile_view.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/real_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/random/xoroshiro-inl.h"
#include "core/simd/math-inl.h"
#include "core/spins/lane_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using random_detail::HWY_NAMESPACE::XoroshiroLanes;
using spins_detail::HWY_NAMESPACE::add_where;
using spins_detail::HWY_NAMESPACE::mask_of_bits;

using F = hn::CappedTag<float, 16>;
using U = hn::CappedTag<std::uint64_t, 8>;
constexpr std::size_t kParts = 16 / hn::MaxLanes(F());
constexpr std::size_t kGenerators = 8 / hn::MaxLanes(U());

struct Fields {
  hn::Vec<F> h[kParts];
};

/// Adds J(n) where spin `neighbour(n)` is up, n = 0 … count − 1: four sums side by side, block by
/// block, so that few roundings add up.
template <class Neighbour>
HWY_INLINE void add_couplings(F d, const TileView& view, const float* J, std::size_t count,
                              const Neighbour& neighbour, Fields& total) {
  constexpr std::size_t kLanes = hn::MaxLanes(F());
  const hn::RebindToUnsigned<F> du;
  const std::ptrdiff_t stride = view.stride / 2;
  for (std::size_t part = 0; part < kParts; ++part) {
    // A test of bits in lanes costs less than to load a mask of 16 bits.
    const auto bit = hn::LoadU(du, view.bit.data() + part * kLanes);
    const auto add = [&](std::size_t n, hn::Vec<F>& sum) {
      const std::uint32_t half = view.halves[static_cast<std::ptrdiff_t>(neighbour(n)) * stride];
      const auto up = hn::TestBit(hn::Set(du, half), bit);
      sum = add_where(d, hn::RebindMask(d, up), sum, hn::Set(d, J[n]));
    };
    for (std::size_t n = 0; n < count;) {
      const std::size_t end = std::min(n + kRealBlock, count);
      auto a = hn::Zero(d), b = hn::Zero(d), c = hn::Zero(d), e = hn::Zero(d);
      for (; n + 4 <= end; n += 4) {
        add(n, a);
        add(n + 1, b);
        add(n + 2, c);
        add(n + 3, e);
      }
      for (; n < end; ++n) add(n, a);
      total.h[part] = hn::Add(total.h[part], hn::Add(hn::Add(a, b), hn::Add(c, e)));
    }
  }
}

/// Adds the couplings of the neighbours that are up.
HWY_INLINE void add_pairs(F d, const TileView& view, std::size_t site, Fields& total) {
  const RealGraph& graph = *view.graph;
  if (graph.is_dense) {
    const auto sites = static_cast<std::size_t>(graph.sites());
    const auto every = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    add_couplings(d, view, graph.twice_J.data() + site * sites, sites, every, total);
    return;
  }
  const auto first = static_cast<std::size_t>(graph.first_pair[site]);
  const auto count = static_cast<std::size_t>(graph.first_pair[site + 1]) - first;
  const std::uint32_t* neighbour = graph.neighbour.data() + first;
  add_couplings(
      d, view, graph.twice_J.data() + first, count,
      [neighbour](std::size_t n) { return neighbour[n]; }, total);
}

HWY_INLINE void add_triples(F d, const TileView& view, std::size_t site, Fields& total) {
  const RealGraph& graph = *view.graph;
  for (auto n = static_cast<std::size_t>(graph.first_triple[site]);
       n < static_cast<std::size_t>(graph.first_triple[site + 1]); ++n) {
    std::uint64_t product = 0;  // odd in spins: up where an odd number of the three is
    for (std::size_t k = 0; k < 3; ++k)
      product ^= tile_bits(view.spins, view.stride, graph.triple[3 * n + k]);
    constexpr int kLanes = static_cast<int>(hn::MaxLanes(F()));
    for (std::size_t part = 0; part < kParts; ++part)
      total.h[part] =
          hn::Add(total.h[part],
                  hn::IfThenElseZero(mask_of_bits(d, product, static_cast<int>(part) * kLanes),
                                     hn::Set(d, graph.twice_K[n])));
  }
}

/// 16 bits of what is decided.
struct Verdict {
  std::uint32_t less, open;
};

/// e^x for x <= 0; below −80 the probability is nil beside the margin.
HWY_INLINE hn::Vec<F> exp_down(F d, hn::Vec<F> x) {
  return simd::HWY_NAMESPACE::exp_nonpositive(d, hn::Max(x, hn::Set(d, -80.0F)));
}

/// What the decisions of a tile at one site rest on beside the fields.
struct TileSite {
  const float* twice_beta;
  std::uint64_t spins;
  const std::uint32_t* random;
  float error;     ///< bounds that of 2 β h
  float strength;  ///< of the site
  bool may_be_hot;
};

/// The probabilities of a flip or of being up, 2 β h in y; `first` is the number of the first lane.
template <LocalRule R>
HWY_INLINE hn::Vec<F> probability(F d, const TileSite& site, hn::Vec<F> y, int first) {
  const auto one = hn::Set(d, 1.0F);
  if constexpr (R == LocalRule::heat_bath) {
    const auto e = exp_down(d, hn::Neg(hn::Abs(y)));
    const auto with = hn::IfThenElse(hn::Gt(y, hn::Zero(d)), one, e);
    return hn::Div(with, hn::Add(one, e));
  }
  // −x, not above 0: what costs nothing is accepted as often as κ has it.
  const auto loss = hn::IfThenElse(mask_of_bits(d, site.spins, first), hn::Neg(y), y);
  const auto p = exp_down(d, hn::Min(loss, hn::Zero(d)));
  auto kappa = hn::Min(one, hn::Add(hn::Set(d, MetropolisKappa::tie), hn::Abs(y)));
  if (HWY_UNLIKELY(site.may_be_hot)) {
    const auto field = hn::Mul(hn::LoadU(d, site.twice_beta + first), hn::Set(d, site.strength));
    kappa = hn::IfThenElse(hn::Le(field, hn::Set(d, MetropolisKappa::hot_field)),
                           hn::Mul(kappa, hn::Set(d, MetropolisKappa::hot)), kappa);
  }
  return hn::Mul(kappa, p);
}

/// The lanes of the mask as bits.
HWY_INLINE std::uint32_t bits_of(F d, hn::Mask<F> mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  std::uint16_t found;
  std::memcpy(&found, bytes, 2);
  return found;
}

template <LocalRule R>
HWY_INLINE Verdict decide(F d, const Fields& fields, const TileSite& site) {
  const hn::RebindToUnsigned<F> du;
  constexpr int kLanes = static_cast<int>(hn::MaxLanes(F()));
  constexpr std::uint32_t kAll = (1U << kLanes) - 1;
  // An error of y changes κ e^{-x} by at most (1 + 1/κ) times as much, and 1/(1 + e^{-y}) by at
  // most its own size; the rest is that of exp and of u.
  constexpr float kSlope = R == LocalRule::metropolis ? 1 + 1 / MetropolisKappa::tie : 1;
  constexpr float kRounding = 8 * std::numeric_limits<float>::epsilon();
  Verdict verdict{0, 0};
  for (std::size_t part = 0; part < kParts; ++part) {
    const int first = static_cast<int>(part) * kLanes;
    const auto y = hn::Mul(hn::LoadU(d, site.twice_beta + first), fields.h[part]);
    const auto p = probability<R>(d, site, y, first);
    // 23 bits as a number in [1, 2), less 1.
    const auto bits = hn::ShiftRight<9>(hn::LoadU(du, site.random + first));
    const auto u =
        hn::Sub(hn::BitCast(d, hn::Or(bits, hn::Set(du, 0x3F800000U))), hn::Set(d, 1.0F));
    const auto gap = hn::Sub(p, u);
    verdict.less |= bits_of(d, hn::Gt(gap, hn::Zero(d))) << first;
    const auto margin = hn::MulAdd(p, hn::Set(d, kSlope * site.error), hn::Set(d, kRounding));
    // What is not a number in single precision is open too.
    verdict.open |= (~bits_of(d, hn::Gt(hn::Abs(gap), margin)) & kAll) << first;
  }
  return verdict;
}

/// Takes the open decisions of a tile in double.
HWY_NOINLINE void settle_tile(const RealSweep& sweep, Index tile, std::uint64_t key,
                              const std::uint32_t* random, const Spins& spins, Index site,
                              Verdict& verdict) {
  const Index group = tile / 4 - spins.first_row() / Spins::kWordBits;
  for (std::uint32_t left = verdict.open; left != 0; left &= left - 1) {
    const int bit = std::countr_zero(left);
    const int lane = static_cast<int>(tile % 4 * kRealTile) + bit;
    const Index row = tile * kRealTile + bit;
    const double beta = (*sweep.betas)[static_cast<std::size_t>(row % std::ssize(*sweep.betas))];
    const double h = sweep.graph->field(spins, site, group, lane);
    const bool is_up = (spins.words()[site * spins.groups() + group] >> lane & 1) != 0;
    const auto place = static_cast<std::uint64_t>(site) << 6 | static_cast<std::uint64_t>(lane);
    const std::uint64_t bits =
        static_cast<std::uint64_t>(random[bit]) << 32 | (further_bits(key, place) & 0xFFFFFFFFU);
    const auto rule =
        SiteRule::of(sweep.rule, beta, sweep.graph->strength[static_cast<std::size_t>(site)]);
    const bool less = is_below(bits, real_probability(rule, h, is_up));
    verdict.less = (verdict.less & ~(1U << bit)) | static_cast<std::uint32_t>(less) << bit;
  }
}

/// Words as twice as many halves.
HWY_INLINE void store_halves(U du, hn::Vec<U> words, std::uint32_t* place) {
#if HWY_TARGET == HWY_SCALAR
  const std::uint64_t word = hn::GetLane(words);
  std::memcpy(place, &word, sizeof(word));
  (void)du;
#else
  (void)du;
  const hn::Repartition<std::uint32_t, U> d32;
  hn::StoreU(hn::BitCast(d32, words), d32, place);
#endif
}

template <LocalRule R>
HWY_NOINLINE void sweep_tile(const RealSweep& sweep, Index tile, std::uint64_t* bank,
                             Spins& spins) {
  const F d;
  const U du;
  const RealGraph& graph = *sweep.graph;
  const Index group = tile / 4 - spins.first_row() / Spins::kWordBits;
  const TileView view(&graph, tile, group, spins);
  float twice_beta[kRealTile];
  float largest = 0, smallest = std::numeric_limits<float>::infinity();
  for (Index i = 0; i < kRealTile; ++i) {
    const Index row = (tile * kRealTile + i) % std::ssize(*sweep.betas);
    twice_beta[i] = static_cast<float>(2 * (*sweep.betas)[static_cast<std::size_t>(row)]);
    largest = std::max(largest, twice_beta[i]);
    smallest = std::min(smallest, twice_beta[i]);
  }
  constexpr std::size_t kWide = hn::MaxLanes(U());
  XoroshiroLanes<U> generators[kGenerators] = {};
  for (std::size_t k = 0; k < kGenerators; ++k)
    generators[k] = XoroshiroLanes<U>(du, bank + k * kWide, 8);
  HWY_ALIGN std::uint32_t random[16];
  for (const std::uint32_t site : *sweep.order) {
    for (std::size_t k = 0; k < kGenerators; ++k)
      store_halves(du, generators[k].next(), random + 2 * k * kWide);
    Fields fields;
    fields.h[0] = hn::Set(d, graph.lowest[site]);
    for (std::size_t part = 1; part < kParts; ++part) fields.h[part] = fields.h[0];
    add_pairs(d, view, site, fields);
    if (!graph.triple.empty()) add_triples(d, view, site, fields);
    TileBits& own = view.spins[static_cast<std::ptrdiff_t>(site) * view.stride];
    const float error = std::numeric_limits<float>::epsilon() / 2 * graph.span[site] * largest;
    const float strength = graph.strength[site];
    Verdict verdict = decide<R>(
        d, fields, {twice_beta, own, random, error, strength, is_hot(smallest, strength)});
    if (HWY_UNLIKELY(verdict.open != 0))
      settle_tile(sweep, tile, bank[2 * 8], random, spins, site, verdict);
    if constexpr (R == LocalRule::metropolis)
      own = static_cast<std::uint16_t>(own ^ verdict.less);
    else
      own = static_cast<std::uint16_t>(verdict.less);
  }
}

void sweep_real_tile(const RealSweep& sweep, Index tile, std::uint64_t* bank, Spins& spins) {
  if (sweep.rule == LocalRule::metropolis)
    sweep_tile<LocalRule::metropolis>(sweep, tile, bank, spins);
  else
    sweep_tile<LocalRule::heat_bath>(sweep, tile, bank, spins);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_real_tile);
void sweep_any(const RealSweep& sweep, Index tile, std::uint64_t* bank, Spins& spins) {
  HWY_DYNAMIC_DISPATCH(sweep_real_tile)(sweep, tile, bank, spins);
}

}  // namespace
}  // namespace local_detail

void sweep_real_tile(const RealSweep& sweep, Index tile, std::uint64_t* bank, Spins& spins) {
  local_detail::sweep_any(sweep, tile, bank, spins);
}

}  // namespace nmc
#endif
