#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"
#include "models/flows/conv_stencil.hpp"

namespace nmc {

/// out(s) = b + Σ_tap W_tap in(s + tap) in the precision of the kernels.
template <class T>
struct PackedConvolution {
  int inputs = 0;
  int outputs = 0;  ///< 0: there is none
  bool has_bias = true;
  std::vector<T> weight;      ///< blocks of simd::kOutputBlock outputs as (taps, inputs, block)
  std::vector<T> transposed;  ///< the same of in(s) = Σ_tap W_{-tap}^T out(s + tap)
  std::vector<T> bias;        ///< (outputs), or empty
  Index grad_weight = 0;      ///< where (orbits, outputs, inputs) lie in the layer's parameters
  Index grad_bias = 0;
};

/// How a coupling moves a variable.
enum class ConvMap { affine, additive };

/// Shape of the net of a coupling.
struct ConvNetSpec {
  std::vector<int> channels;  ///< of the hidden layers
  simd::Activation activation = simd::Activation::tanh;
  ConvMap map = ConvMap::affine;
  /// Its map commutes with x → −x: hidden units are odd, t is linear in them and S in their
  /// squares.
  bool is_odd = false;
};

/// The net of one coupling: hidden layers, and two heads at the moved sites. heads[0] reads the
/// last hidden layer h, heads[1] reads h, or h² where the map is odd. Affine: t and S, s = scale
/// tanh(S); additive: t alone.
template <class T>
struct PackedConvNet {
  std::vector<PackedConvolution<T>> hidden;
  std::array<PackedConvolution<T>, 2> heads;
  T scale = 0;
  Index grad_scale = 0;
  ConvMap map = ConvMap::affine;
  bool is_odd = false;
  simd::Activation activation = simd::Activation::tanh;
  int kept = 0;  ///< colour of the sites that feed the net
};

/// Lays the net out over a vector of parameters: of each hidden layer and head W (orbits, outputs,
/// inputs), then b where it has one; last, of an affine map, scale. Returns how many they are.
Index lay_out_net(PackedConvNet<float>& net, const ConvNetSpec& spec, int orbits);
Index lay_out_net(PackedConvNet<double>& net, const ConvNetSpec& spec, int orbits);
/// Takes weights over from the parameters.
void pack_net(PackedConvNet<float>& net, const ConvStencil& stencil,
              std::span<const double> parameters);
void pack_net(PackedConvNet<double>& net, const ConvStencil& stencil,
              std::span<const double> parameters);

}  // namespace nmc
