#pragma once

#include <vector>

#include "models/flows/continuous/velocity_kernel.hpp"

namespace nmc {

/// A velocity at one condition and any time: b and c of every layer apart.
template <class T>
struct MatchNet {
  const PackedVelocity<T>* velocity = nullptr;
  std::vector<std::vector<T>> bias, time;  ///< of each layer, (outputs)
};

/// Chains of a tile, each at a place and a time of its own, and the velocities sought there.
template <class T>
struct MatchTile {
  const T* x = nullptr;       ///< (sites, kTile)
  const T* time = nullptr;    ///< (kTile)
  const T* sought = nullptr;  ///< (sites, kTile)
  const T* weight = nullptr;  ///< of each chain in the gradient, (kTile)
  T* loss = nullptr;          ///< |v(x, t) − sought|², (kTile)
};

/// Gradients by the numbers of a velocity, of each layer: weights (outputs, inputs), b and c
/// (outputs).
struct MatchGradient {
  std::vector<std::vector<double>> weight, bias, time;
};

/// Fills the losses of a tile; adds the gradient of Σ weight · loss unless `grad` is null.
void match_velocity(const MatchNet<float>&, const MatchTile<float>&, MatchGradient* grad);
void match_velocity(const MatchNet<double>&, const MatchTile<double>&, MatchGradient* grad);

}  // namespace nmc
