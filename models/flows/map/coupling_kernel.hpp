#pragma once

#include <memory>
#include <vector>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"
#include "models/flows/nets/packed_net.hpp"

namespace nmc {

/// One coupling of a patch of p variables: kept ones feed the nets, and after them the numbers of
/// the condition, moved ones are transformed.
template <class T>
struct PackedCoupling {
  std::vector<int> kept, moved;  ///< positions within the patch
  PackedNet<T> shift;            ///< t(kept), (moved)
  PackedNet<T> log_scale;        ///< S(kept), (moved); empty for an additive coupling
  std::vector<T> scale;          ///< s = scale tanh(S), (moved)
  Index grad_scale = 0;
  int conditions = 0;
  simd::Activation activation = simd::Activation::elu;
};

/// The patches that share one coupling's weights: `sites` is (patches, patch_size) row-major.
struct Patches {
  const int* sites = nullptr;
  int count = 0;
  int size = 0;
};

/// One tile: y (sites, kTile), log_det (kTile). All its chains are at one condition, which a flow
/// that has conditions reads as numbers -1 ... 1, (conditions). Where `trail` is not null, the
/// layer leaves there what its vector-Jacobian product of the same way asks for, trail_numbers() of
/// them, 64-byte aligned.
template <class T>
struct TileView {
  T* y = nullptr;
  double* log_det = nullptr;
  const double* condition = nullptr;
  T* trail = nullptr;
};

/// Cotangents beside the tile. y enters as the map's output and leaves as its input, gy (sites,
/// kTile) likewise for the cotangent; g_log_det (kTile). grad is the layer's slice or null. `trail`
/// is what the map of this tile left, used up here; null: the layer finds its way again.
template <class T>
struct TileVjp {
  T* y = nullptr;
  T* gy = nullptr;
  const T* g_log_det = nullptr;
  double* grad = nullptr;
  const double* condition = nullptr;
  T* trail = nullptr;
};

enum class Direction { generate, infer };

/// Affine coupling (Dinh, Sohl-Dickstein, Bengio 2016, eq. 7-8) on every patch:
/// generation y_m ← y_m e^s + t, log_det += Σ s; inference y_m ← (y_m - t) e^-s, log_det -= Σ s.
void couple(const PackedCoupling<float>&, const Patches&, Direction, TileView<float>);
void couple(const PackedCoupling<double>&, const Patches&, Direction, TileView<double>);

/// Vector-Jacobian product of couple() in the same direction, recomputing its input by inversion.
void couple_vjp(const PackedCoupling<float>&, const Patches&, Direction, const TileVjp<float>&);
void couple_vjp(const PackedCoupling<double>&, const Patches&, Direction, const TileVjp<double>&);

}  // namespace nmc
