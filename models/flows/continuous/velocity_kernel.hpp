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

/// Numbers of one step that a trail holds beside where it begins: the hidden units of its four
/// stages and the velocities of three. 0 where those of all steps were more than 2²⁰, which no
/// cache holds: finding them again is then as fast.
template <class T>
[[nodiscard]] std::size_t insides_of_step(const PackedVelocity<T>& velocity) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;
  std::size_t rows = 3 * static_cast<std::size_t>(velocity.sites);
  for (std::size_t l = 0; l + 1 < velocity.net.size(); ++l)
    rows += 4 * static_cast<std::size_t>(velocity.net[l].outputs);
  const std::size_t numbers = rows * simd::kTile;
  return numbers * static_cast<std::size_t>(velocity.steps) <= kMost ? numbers : 0;
}

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
