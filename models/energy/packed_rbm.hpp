#pragma once

#include <vector>

#include "core/parallel/threads.hpp"
#include "models/energy/bit_rows.hpp"
#include "models/energy/rbm.hpp"

namespace nmc {

/// Weights from one layer of units 0, 1 to another, as the kernels read them.
struct UnitLayer {
  Index inputs = 0, outputs = 0;
  std::vector<float> weights;  ///< (tiles, words · kWordBits, kUnitTile)
  std::vector<float> bias;     ///< (tiles · kUnitTile); of units that are none kNoUnit

  /// Of a unit that is never on.
  static constexpr float kNoUnit = -200;
  [[nodiscard]] Index words() const { return (inputs + kWordBits - 1) / kWordBits; }
  [[nodiscard]] Index tiles() const { return (outputs + kUnitTile - 1) / kUnitTile; }
  [[nodiscard]] float* tile(Index t) {
    return weights.data() + t * words() * kWordBits * kUnitTile;
  }
  [[nodiscard]] const float* tile(Index t) const {
    return weights.data() + t * words() * kWordBits * kUnitTile;
  }
};

/// What is made of the fields x = bias + scale · (weights · in) of one layer.
struct LayerPass {
  const UnitLayer& layer;
  const BitRows& in;
  const float* bias = nullptr;  ///< null: the layer's own
  float scale = 1;
  /// Draws of the units, or null; the uniforms of tile t are those of number `first_number` + t of
  /// UnitDraw.
  BitRows* out = nullptr;
  Streams streams{};
  Index first_number = 0;
  /// factor · ⟨unit⟩, (tiles, means_rows, kUnitTile), or null.
  float* means = nullptr;
  Index means_rows = 0;
  float factor = 1;
};
void run_pass(const LayerPass& pass, const Threads& threads);

/// What softplus_change() sums up, ln(1 + e^{high x}) − ln(1 + e^{low x}) of each unit; of low = 0
/// the second is left out.
struct FieldScales {
  float low = 0, high = 1;
};
/// The sum over the units of each row, x with the layer's own bias and scale 1. A pass whose input
/// and layer are these is run by the way, on the same sums; null: none.
[[nodiscard]] Column softplus_change(const UnitLayer& layer, const BitRows& in,
                                     const FieldScales& scales, const LayerPass* pass = nullptr);

/// A restricted machine as units 0 and 1 in floats, in both directions.
struct PackedRbm {
  explicit PackedRbm(const Rbm& rbm);
  UnitLayer up, down;
  /// Makes the weights of `down` those of `up`.
  void mirror(const Threads& threads);
  /// The machine with these weights; `like` says its units.
  [[nodiscard]] Rbm unpacked(Units units) const;
  /// Numbers of tiles that one step may use for both directions.
  [[nodiscard]] Index numbers() const { return up.tiles() + down.tiles(); }
};

}  // namespace nmc
