// Waves of a lattice on tiles of 64 chains, per SIMD target: from sites to modes and back.
#if defined(NMC_MODELS_LATTICE_MODES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_LATTICE_MODES_INL_H_
#undef NMC_MODELS_LATTICE_MODES_INL_H_
#else
#define NMC_MODELS_LATTICE_MODES_INL_H_
#endif

#include <cstddef>

#include "core/simd/dense-inl.h"
#include "models/flows/continuous/lattice_modes.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

/// Rows of a line of sites, `stride` rows apart.
template <class T>
struct SiteLine {
  T* first;
  std::ptrdiff_t stride;
  [[nodiscard]] T* at(int x) const { return first + x * stride * kTile; }
};

/// Four folded rows: by the blocks of LineModes of an even line.
template <class T>
struct FoldedRows {
  T *even_cos, *odd_cos, *odd_sin, *even_sin;
};

template <class T>
FoldedRows<T> folded_rows(const LineModes<T>& line, T* folded) {
  const auto after = [&](T* rows, std::size_t block) {
    return rows + static_cast<std::ptrdiff_t>(line.blocks[block].size) * kTile;
  };
  T* const second = after(folded, 0);
  if (line.length % 2 == 1) return {folded, nullptr, second - kTile, nullptr};
  T* const third = after(second, 1);
  // Sines begin at site 1.
  return {folded, second, third - kTile, after(third, 2) - kTile};
}

/// Sums and differences of the sites that a reflection exchanges.
template <class T>
HWY_INLINE void fold_odd(int L, SiteLine<const T> in, const FoldedRows<T>& to) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int k = 0; k < kTile; k += lanes) {
    hn::Store(hn::Load(d, in.at(0) + k), d, to.even_cos + k);
    for (int x = 1; x <= L / 2; ++x) {
      const auto a = hn::Load(d, in.at(x) + k), b = hn::Load(d, in.at(L - x) + k);
      hn::Store(hn::Add(a, b), d, to.even_cos + x * kTile + k);
      hn::Store(hn::Sub(a, b), d, to.odd_sin + x * kTile + k);
    }
  }
}

template <class T>
HWY_INLINE void unfold_odd(int L, const FoldedRows<T>& from, SiteLine<T> out) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int k = 0; k < kTile; k += lanes) {
    hn::Store(hn::Load(d, from.even_cos + k), d, out.at(0) + k);
    for (int x = 1; x <= L / 2; ++x) {
      const auto even = hn::Load(d, from.even_cos + x * kTile + k);
      const auto odd = hn::Load(d, from.odd_sin + x * kTile + k);
      hn::Store(hn::Add(even, odd), d, out.at(x) + k);
      hn::Store(hn::Sub(even, odd), d, out.at(L - x) + k);
    }
  }
}

/// The same for even L, also about a quarter of the line.
template <class T>
HWY_INLINE void fold_even(int L, SiteLine<const T> in, const FoldedRows<T>& to) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d)), half = L / 2;
  for (int k = 0; k < kTile; k += lanes) {
    const auto row = [&](int x) HWY_ATTR { return hn::Load(d, in.at(x) + k); };
    hn::Store(hn::Add(row(0), row(half)), d, to.even_cos + k);
    hn::Store(hn::Sub(row(0), row(half)), d, to.odd_cos + k);
    for (int x = 1; 4 * x < L; ++x) {
      const auto a = row(x), b = row(L - x), c = row(half - x), e = row(half + x);
      const auto near_even = hn::Add(a, b), far_even = hn::Add(c, e);
      const auto near_odd = hn::Sub(a, b), far_odd = hn::Sub(c, e);
      const int at = x * kTile + k;
      hn::Store(hn::Add(near_even, far_even), d, to.even_cos + at);
      hn::Store(hn::Sub(near_even, far_even), d, to.odd_cos + at);
      hn::Store(hn::Add(near_odd, far_odd), d, to.odd_sin + at);
      hn::Store(hn::Sub(near_odd, far_odd), d, to.even_sin + at);
    }
    if (L % 4 != 0) continue;
    const auto a = row(L / 4), b = row(L - L / 4);
    hn::Store(hn::Add(a, b), d, to.even_cos + L / 4 * kTile + k);
    hn::Store(hn::Sub(a, b), d, to.odd_sin + L / 4 * kTile + k);
  }
}

template <class T>
HWY_INLINE void unfold_even(int L, const FoldedRows<T>& from, SiteLine<T> out) {
  const TileTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d)), half = L / 2;
  for (int k = 0; k < kTile; k += lanes) {
    const auto row = [&](const T* rows, int x)
                         HWY_ATTR { return hn::Load(d, rows + x * kTile + k); };
    const auto put = [&](int x, auto value) HWY_ATTR { hn::Store(value, d, out.at(x) + k); };
    put(0, hn::Add(row(from.even_cos, 0), row(from.odd_cos, 0)));
    put(half, hn::Sub(row(from.even_cos, 0), row(from.odd_cos, 0)));
    for (int x = 1; 4 * x < L; ++x) {
      const auto even = row(from.even_cos, x), odd = row(from.odd_cos, x);
      const auto rise = row(from.odd_sin, x), fall = row(from.even_sin, x);
      const auto near_even = hn::Add(even, odd), far_even = hn::Sub(even, odd);
      const auto near_odd = hn::Add(rise, fall), far_odd = hn::Sub(rise, fall);
      put(x, hn::Add(near_even, near_odd));
      put(L - x, hn::Sub(near_even, near_odd));
      put(half - x, hn::Add(far_even, far_odd));
      put(half + x, hn::Sub(far_even, far_odd));
    }
    if (L % 4 != 0) continue;
    const auto even = row(from.even_cos, L / 4), odd = row(from.odd_sin, L / 4);
    put(L / 4, hn::Add(even, odd));
    put(L - L / 4, hn::Sub(even, odd));
  }
}

/// Modes of one line, in contiguous rows; `folded` is room for a line.
template <class T>
HWY_NOINLINE void analyse_line(const LineModes<T>& line, SiteLine<const T> in, T* out, T* folded) {
  const FoldedRows<T> rows = folded_rows(line, folded);
  if (line.length % 2 == 1)
    fold_odd(line.length, in, rows);
  else
    fold_even(line.length, in, rows);
  for (const auto& block : line.blocks) {
    tile_ops::dense<T>(block.along.data(), nullptr, folded, block.size, out, block.size);
    folded += block.size * kTile;
    out += block.size * kTile;
  }
}

/// Sites of one line from its modes in contiguous rows.
template <class T>
HWY_NOINLINE void synthesise_line(const LineModes<T>& line, const T* in, SiteLine<T> out,
                                  T* folded) {
  T* to = folded;
  for (const auto& block : line.blocks) {
    tile_ops::dense<T>(block.against.data(), nullptr, in, block.size, to, block.size);
    in += block.size * kTile;
    to += block.size * kTile;
  }
  const FoldedRows<T> rows = folded_rows(line, folded);
  if (line.length % 2 == 1)
    unfold_odd(line.length, rows, out);
  else
    unfold_even(line.length, rows, out);
}

/// Room for the waves of a tile: `other` (sites, kTile) and `folded` for the longest line.
template <class T>
struct WaveRoom {
  T* other;
  T* folded;
};

/// out = modes of in, both (sites, kTile); in is kept, and no part of out. The slowest direction
/// becomes the fastest in each pass.
template <class T>
HWY_NOINLINE void analyse(const LatticeModes<T>& modes, const T* in, T* out, WaveRoom<T> room) {
  const auto directions = static_cast<int>(modes.lines.size());
  for (int pass = 0; pass < directions; ++pass) {
    const auto& line = modes.lines[static_cast<std::size_t>(directions - 1 - pass)];
    T* const to = (directions - pass) % 2 == 1 ? out : room.other;
    const std::ptrdiff_t count = modes.sites / line.length;
    for (std::ptrdiff_t j = 0; j < count; ++j)
      analyse_line<T>(line, {in + j * kTile, count}, to + j * line.length * kTile, room.folded);
    in = to;
  }
}

/// out = sites of in; the fastest direction becomes the slowest in each pass.
template <class T>
HWY_NOINLINE void synthesise(const LatticeModes<T>& modes, const T* in, T* out, WaveRoom<T> room) {
  const auto directions = static_cast<int>(modes.lines.size());
  for (int pass = 0; pass < directions; ++pass) {
    const auto& line = modes.lines[static_cast<std::size_t>(pass)];
    T* const to = (directions - pass) % 2 == 1 ? out : room.other;
    const std::ptrdiff_t count = modes.sites / line.length;
    for (std::ptrdiff_t j = 0; j < count; ++j)
      synthesise_line<T>(line, in + j * line.length * kTile, {to + j * kTile, count}, room.folded);
    in = to;
  }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
