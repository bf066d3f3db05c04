#pragma once

#include <cstdint>

#include "core/random/streams.hpp"

/// Sums of rows of weights that bits select, v·W of units 0 and 1, by the method of four Russians:
/// the 16 partial sums of 4 rows of weights are made once and looked up for all chains, 4 bits at a
/// time. Weights are floats, in tiles of kUnitTile units side by side.
namespace nmc {

inline constexpr Index kUnitTile = 32;
/// Selecting bits of a row come in words of as many; weights are padded with zeros to them.
inline constexpr Index kWordBits = 32;

/// sums(r, ·) += Σ_i bit_i(r) weights(i, ·).
struct SelectedSum {
  const float* weights = nullptr;       ///< (words · kWordBits, kUnitTile)
  const std::uint32_t* bits = nullptr;  ///< (rows, stride), the lowest bit first
  Index words = 0;                      ///< of each row, that are read
  Index stride = 0;
  Index rows = 0;
  float* sums = nullptr;  ///< (rows, kUnitTile)
};
void add_selected(const SelectedSum& sum);

/// Units of one tile with the fields x = bias + scale · sums.
struct UnitTile {
  const float* sums = nullptr;  ///< (rows, kUnitTile)
  Index rows = 0;
  const float* bias = nullptr;  ///< (kUnitTile)
  float scale = 1;
};

/// Draws each unit, 1 where u (1 + e^-x) < 1, u of 23 bits, and gives means 1/(1 + e^-x).
struct UnitDraw {
  UnitTile tile;
  std::uint32_t* bits = nullptr;  ///< (rows, stride), one word each; null: not drawn
  Index stride = 0;
  float* means = nullptr;  ///< (rows, kUnitTile); null: not wanted
  float factor = 1;        ///< of the means
  /// Of row 0: the uniforms of unit 8 w + k are word w of Philox block 8 number + k.
  Streams streams;
  Index number = 0;  ///< of the tile
};
void draw_units(const UnitDraw& draw);

/// total(r) += Σ_k ln(1 + e^{high x_k}) − ln(1 + e^{low x_k}) of the first `units` of the tile; the
/// second is left out where low is 0.
struct UnitSoftplus {
  UnitTile tile;
  Index units = kUnitTile;
  float low = 0, high = 1;
  double* total = nullptr;  ///< (rows)
};
void add_softplus_of(const UnitSoftplus& softplus);

/// A step up the gradient of one tile of weights, with offsets m of the inputs and l of the units
/// (0 where the gradient is not centred):
///   dW_ik = rate (sums_ik − m_i change_k − input_change_i l_k) − decay W_ik.
struct WeightStep {
  float* weights = nullptr;     ///< (inputs, kUnitTile), W += dW
  const float* sums = nullptr;  ///< (inputs, kUnitTile)
  Index inputs = 0;
  const float* offsets = nullptr;       ///< m, (inputs)
  const float* input_change = nullptr;  ///< (inputs)
  const float* unit_offsets = nullptr;  ///< l, (kUnitTile)
  const float* unit_change = nullptr;   ///< (kUnitTile)
  float rate = 0, decay = 0;
  float* of_inputs = nullptr;  ///< Σ_k dW_ik l_k, (inputs)
  float* of_units = nullptr;   ///< Σ_i m_i dW_ik, (kUnitTile)
};
void step_weights(const WeightStep& step);

/// to(k, ·) = from(·, k) of squares of kUnitTile floats, contiguous.
void transpose_tile(const float* from, float* to);

}  // namespace nmc
