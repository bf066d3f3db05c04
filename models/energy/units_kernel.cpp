#include "models/energy/units_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/energy/units_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/random/philox-inl.h"
#include "core/simd/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::units_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, kUnitTile>;
inline constexpr int lanes = static_cast<int>(hn::MaxLanes(FloatTag()));
inline constexpr int vectors = static_cast<int>(kUnitTile) / lanes;
inline constexpr int groups = static_cast<int>(kWordBits) / 4;
inline constexpr int entries = 16;

/// The partial sums of `groups` times 4 rows of weights, (groups, entries, kUnitTile): 16 KB, half
/// of the smallest L1 cache there is.
HWY_INLINE void make_tables(const float* HWY_RESTRICT weights, float* HWY_RESTRICT table) {
  const FloatTag d;
  for (int g = 0; g < groups; ++g, table += entries * kUnitTile)
    for (int k = 0; k < kUnitTile; k += lanes) {
      hn::Store(hn::Zero(d), d, table + k);
      for (int bit = 0; bit < 4; ++bit) {
        const auto row = hn::LoadU(d, weights + (4 * g + bit) * kUnitTile + k);
        for (int m = 0; m < 1 << bit; ++m)
          hn::Store(hn::Add(row, hn::Load(d, table + m * kUnitTile + k)), d,
                    table + ((1 << bit) + m) * kUnitTile + k);
      }
    }
}

/// R rows at a time, so that additions of different rows hide each other's latency.
template <int R>
HWY_INLINE void look_up(const float* HWY_RESTRICT table, const std::uint32_t* words, Index stride,
                        float* HWY_RESTRICT sums) {
  const FloatTag d;
  hn::Vec<FloatTag> acc[R][vectors];
  std::uint32_t word[R];
  for (int r = 0; r < R; ++r) {
    word[r] = words[r * stride];
    for (int k = 0; k < vectors; ++k) acc[r][k] = hn::LoadU(d, sums + r * kUnitTile + k * lanes);
  }
  for (int g = 0; g < groups; ++g, table += entries * kUnitTile)
    for (int r = 0; r < R; ++r) {
      const float* const entry = table + (word[r] >> (4 * g) & 15U) * kUnitTile;
      for (int k = 0; k < vectors; ++k)
        acc[r][k] = hn::Add(acc[r][k], hn::Load(d, entry + k * lanes));
    }
  for (int r = 0; r < R; ++r)
    for (int k = 0; k < vectors; ++k) hn::StoreU(acc[r][k], d, sums + r * kUnitTile + k * lanes);
}

HWY_NOINLINE void selected(const SelectedSum& sum) {
  // Eight sums under way hide an addition's latency of four cycles from two ports.
  constexpr int kRows = std::max(1, 8 / vectors);
  HWY_ALIGN float table[groups * entries * kUnitTile];
  for (Index w = 0; w < sum.words; ++w) {
    make_tables(sum.weights + w * kWordBits * kUnitTile, table);
    Index row = 0;
    for (; row + kRows <= sum.rows; row += kRows)
      look_up<kRows>(table, sum.bits + row * sum.stride + w, sum.stride,
                     sum.sums + row * kUnitTile);
    for (; row < sum.rows; ++row)
      look_up<1>(table, sum.bits + row * sum.stride + w, sum.stride, sum.sums + row * kUnitTile);
  }
}

/// 32 random words of one chain, in the order of UnitDraw::streams.
HWY_INLINE void random_words(const random_detail::HWY_NAMESPACE::PhiloxKeys& keys,
                             random_detail::HWY_NAMESPACE::Counter counter,
                             std::uint32_t* HWY_RESTRICT words) {
  const hn::CappedTag<std::uint64_t, 8> du;
  const hn::Rebind<std::uint32_t, decltype(du)> d32;
  constexpr int blocks = 8;
  constexpr int step = static_cast<int>(hn::MaxLanes(hn::CappedTag<std::uint64_t, 8>()));
  for (int k = 0; k < blocks; k += step, counter.block += step) {
    const auto w = random_detail::HWY_NAMESPACE::philox_blocks(du, keys, counter);
    hn::StoreU(hn::TruncateTo(d32, w.w0), d32, words + k);
    hn::StoreU(hn::TruncateTo(d32, w.w1), d32, words + blocks + k);
    hn::StoreU(hn::TruncateTo(d32, w.w2), d32, words + 2 * blocks + k);
    hn::StoreU(hn::TruncateTo(d32, w.w3), d32, words + 3 * blocks + k);
  }
}

template <class D>
HWY_INLINE hn::Vec<D> field(D d, const UnitTile& tile, Index row, int k) {
  return hn::MulAdd(hn::Set(d, tile.scale), hn::LoadU(d, tile.sums + row * kUnitTile + k),
                    hn::LoadU(d, tile.bias + k));
}

/// One bit a lane.
template <class D, class Mask>
HWY_INLINE std::uint32_t bits_of(D d, Mask mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8;
}

HWY_NOINLINE void draw(const UnitDraw& draw) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const hn::RebindToSigned<FloatTag> di;
  const auto one = hn::Set(d, 1.0F), zero = hn::Zero(d);
  const auto step = hn::Set(d, 0x1p-23F), half = hn::Set(d, 0x1p-24F);
  const auto factor = hn::Set(d, draw.factor), least = hn::Set(d, -87.0F);
  const auto keys = random_detail::HWY_NAMESPACE::philox_keys(draw.streams.seed);
  random_detail::HWY_NAMESPACE::Counter counter{static_cast<std::uint32_t>(8 * draw.number),
                                                draw.streams.step, draw.streams.first_chain,
                                                static_cast<std::uint32_t>(draw.streams.purpose)};
  HWY_ALIGN std::uint32_t words[kUnitTile];
  for (Index row = 0; row < draw.tile.rows; ++row, ++counter.first_chain) {
    if (draw.bits != nullptr) random_words(keys, counter, words);
    std::uint32_t drawn = 0;
    for (int k = 0; k < kUnitTile; k += lanes) {
      const auto x = field(d, draw.tile, row, k);
      const auto e = simd::HWY_NAMESPACE::exp_nonpositive(d, hn::Neg(hn::Abs(x)));
      const auto sum = hn::Add(one, e);
      const auto share = hn::IfThenElse(hn::Ge(x, zero), one, e);
      if (draw.means != nullptr) {
        // What e^-87 stands for would be no normal float once it is multiplied.
        const auto mean = hn::IfThenZeroElse(hn::Lt(x, least), hn::Div(share, sum));
        hn::StoreU(hn::Mul(factor, mean), d, draw.means + row * kUnitTile + k);
      }
      if (draw.bits == nullptr) continue;
      const auto word = hn::ShiftRight<9>(hn::Load(du, words + k));
      const auto u = hn::MulAdd(hn::ConvertTo(d, hn::BitCast(di, word)), step, half);
      const auto is_on = hn::Lt(hn::Mul(u, sum), share);
      drawn |= bits_of(d, is_on) << k;
    }
    if (draw.bits != nullptr) draw.bits[row * draw.stride] = drawn;
  }
}

/// ln Π (1 + e^-|x|) of at most kUnitTile factors, each at most 2, by one logarithm a lane.
HWY_NOINLINE void softplus(const UnitSoftplus& softplus) {
  const FloatTag d;
  const auto one = hn::Set(d, 1.0F), zero = hn::Zero(d);
  const auto low = hn::Set(d, softplus.low), high = hn::Set(d, softplus.high);
  HWY_ALIGN float is_unit[kUnitTile] = {};
  std::fill_n(is_unit, softplus.units, 1.0F);
  for (Index row = 0; row < softplus.tile.rows; ++row) {
    auto linear = zero, above = one, below = one;
    for (int k = 0; k < kUnitTile; k += lanes) {
      const auto unit = hn::Load(d, is_unit + k);
      const auto x = field(d, softplus.tile, row, k), up = hn::Mul(high, x), down = hn::Mul(low, x);
      const auto exp = [&](auto y) HWY_ATTR {
        return hn::MulAdd(unit, simd::HWY_NAMESPACE::exp_nonpositive(d, hn::Neg(hn::Abs(y))), one);
      };
      linear = hn::MulAdd(unit, hn::Sub(hn::Max(up, zero), hn::Max(down, zero)), linear);
      above = hn::Mul(above, exp(up));
      if (softplus.low != 0) below = hn::Mul(below, exp(down));
    }
    auto logs = hn::Log(d, above);
    if (softplus.low != 0) logs = hn::Sub(logs, hn::Log(d, below));
    softplus.total[row] +=
        static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(linear, logs))));
  }
}

HWY_NOINLINE void weight_step(const WeightStep& step) {
  const FloatTag d;
  const auto rate = hn::Set(d, step.rate), decay = hn::Set(d, step.decay);
  HWY_ALIGN float of_units[kUnitTile] = {};
  for (Index i = 0; i < step.inputs; ++i) {
    const auto offset = hn::Set(d, step.offsets[i]), change = hn::Set(d, step.input_change[i]);
    auto of_input = hn::Zero(d);
    for (int k = 0; k < kUnitTile; k += lanes) {
      float* const at = step.weights + i * kUnitTile + k;
      const auto w = hn::LoadU(d, at), l = hn::LoadU(d, step.unit_offsets + k);
      auto g = hn::LoadU(d, step.sums + i * kUnitTile + k);
      g = hn::NegMulAdd(offset, hn::LoadU(d, step.unit_change + k), g);
      g = hn::NegMulAdd(change, l, g);
      const auto dw = hn::NegMulAdd(decay, w, hn::Mul(rate, g));
      hn::StoreU(hn::Add(w, dw), d, at);
      of_input = hn::MulAdd(dw, l, of_input);
      hn::Store(hn::MulAdd(offset, dw, hn::Load(d, of_units + k)), d, of_units + k);
    }
    step.of_inputs[i] = hn::GetLane(hn::SumOfLanes(d, of_input));
  }
  std::copy_n(of_units, kUnitTile, step.of_units);
}

HWY_NOINLINE void transpose(const float* HWY_RESTRICT from, float* HWY_RESTRICT to) {
  for (int j = 0; j < kUnitTile; j += 4)
    for (int i = 0; i < kUnitTile; ++i)
      for (int k = 0; k < 4; ++k) to[(j + k) * kUnitTile + i] = from[i * kUnitTile + j + k];
}

}  // namespace nmc::units_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace units_detail {
HWY_EXPORT(selected);
HWY_EXPORT(draw);
HWY_EXPORT(softplus);
HWY_EXPORT(weight_step);
HWY_EXPORT(transpose);
}  // namespace units_detail

void add_selected(const SelectedSum& sum) {
  using namespace units_detail;
  HWY_DYNAMIC_DISPATCH(selected)(sum);
}

void draw_units(const UnitDraw& draw) {
  using namespace units_detail;
  HWY_DYNAMIC_DISPATCH(draw)(draw);
}

void add_softplus_of(const UnitSoftplus& softplus) {
  using namespace units_detail;
  HWY_DYNAMIC_DISPATCH(softplus)(softplus);
}

void step_weights(const WeightStep& step) {
  using namespace units_detail;
  HWY_DYNAMIC_DISPATCH(weight_step)(step);
}

void transpose_tile(const float* from, float* to) {
  using namespace units_detail;
  HWY_DYNAMIC_DISPATCH(transpose)(from, to);
}

}  // namespace nmc
#endif
