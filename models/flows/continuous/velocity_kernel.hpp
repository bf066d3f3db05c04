#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"
#include "models/flows/map/coupling_kernel.hpp"
#include "models/flows/nets/packed_net.hpp"

namespace nmc {

/// A velocity by a dense net whose every layer reads the time,
///   h_{l+1} = σ(W_l h_l + b_l + t c_l),  v = W_D h_D + b_D + t c_D,
/// with its exact divergence: N tangents go through the net (forward mode), and all of it back.
template <class T>
struct PackedVelocity {
  PackedNet<T> net;                   ///< its biases are not read
  std::vector<std::vector<T>> plain;  ///< weights of each layer, (outputs, inputs)
  int sites = 0;
  int steps = 0;
  simd::Activation activation = simd::Activation::tanh;  ///< tanh or softplus
};

/// b + t c of each layer at the times of Runge–Kutta, (2 steps + 1, outputs).
template <class T>
using VelocityBias = std::vector<std::vector<T>>;

/// A velocity at one condition.
template <class T>
struct NetAt {
  const PackedVelocity<T>* velocity = nullptr;
  const VelocityBias<T>* bias = nullptr;
};

/// Gradients by the numbers of a velocity.
struct VelocityGradient {
  std::vector<std::vector<double>> weight;  ///< of each layer, (outputs, inputs)
  VelocityBias<double> bias;
};

/// Runge–Kutta through the velocity on a tile, as integrate_kernel().
void integrate_net(const NetAt<float>&, Direction, TileView<float>);
void integrate_net(const NetAt<double>&, Direction, TileView<double>);

/// Vector-Jacobian product of integrate_net(), as integrate_kernel_vjp().
void integrate_net_vjp(const NetAt<float>&, Direction, const TileVjp<float>&,
                       VelocityGradient* grad);
void integrate_net_vjp(const NetAt<double>&, Direction, const TileVjp<double>&,
                       VelocityGradient* grad);

}  // namespace nmc
