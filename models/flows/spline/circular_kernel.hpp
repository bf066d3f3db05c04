#pragma once

#include <vector>

#include "models/flows/map/coupling_kernel.hpp"
#include "models/flows/spline/circular_spline.hpp"

namespace nmc {

/// One coupling of angles: patches that share a net. In each, kept angles are fed and moved ones
/// are mapped; angles in no patch's `moved` stay.
template <class T>
struct CircularNet {
  int bins = 0;
  bool is_invariant = false;  ///< the net sees kept angles relative to the first of them
  simd::Activation activation = simd::Activation::elu;
  PackedNet<T> net;  ///< from (cos, sin) of each kept angle to spline_numbers() of each moved one
};

/// Site numbers, row-major by patches.
struct CircularPatches {
  int count = 0, kept_size = 0, moved_size = 0;
  const int* kept = nullptr;       ///< (count, kept_size)
  const int* moved = nullptr;      ///< (count, moved_size)
  const int* reference = nullptr;  ///< (count, moved_size), among the patch's kept ones
};

/// Circular rational-quadratic splines (Durkan et al. 2019; Rezende et al. 2020) of the moved
/// angles, each about its reference r: θ ← r + F(θ − r) + t in generation, less whole turns, and
/// the inverse in inference; log_det += ± ln F'.
void couple_angles(const CircularNet<float>&, const CircularPatches&, Direction, TileView<double>);
void couple_angles(const CircularNet<double>&, const CircularPatches&, Direction, TileView<double>);

/// Vector-Jacobian product of couple_angles() in the same direction, recomputing its input.
void couple_angles_vjp(const CircularNet<float>&, const CircularPatches&, Direction,
                       const TileVjp<double>&);
void couple_angles_vjp(const CircularNet<double>&, const CircularPatches&, Direction,
                       const TileVjp<double>&);

}  // namespace nmc
