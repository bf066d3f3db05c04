#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"
#include "models/flows/conv/conv_stencil.hpp"

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
  int inputs = 1;   ///< numbers at a site that feed the net
  int outputs = 1;  ///< of each head: numbers at a site that are moved
};

/// Throws UserError where the hidden layers of a net are none.
void check_net(const ConvNetSpec& spec);

/// At which sites and taps a net is taken.
struct ConvPlaces {
  std::array<StencilPart, 2> first;  ///< its first layer
  std::array<StencilPart, 2> heads;
  std::array<StencilPart, 2> back;  ///< the last hidden layer, with the taps that lead to heads
};

/// Of a net that sites of one colour feed and whose heads are at the others.
[[nodiscard]] inline ConvPlaces places_of_colour(const ConvStencil& stencil, int kept) {
  return {stencil.reading(kept), stencil.writing(1 - kept), stencil.reading(1 - kept)};
}

/// Of a net at all sites.
[[nodiscard]] inline ConvPlaces places_everywhere(const ConvStencil& stencil) {
  return {stencil.whole(), stencil.whole(), stencil.whole()};
}

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
/// Starting weights: uniform numbers that keep units of order 1, heads near zero, so that the
/// coupling is near the identity and its first gradients are tame. `parameters` has all numbers.
void start_net(const PackedConvNet<double>& net, const ConvStencil& stencil, std::uint64_t seed,
               std::span<double> parameters);
/// Takes weights over from the parameters.
void pack_net(PackedConvNet<float>& net, const ConvStencil& stencil,
              std::span<const double> parameters);
void pack_net(PackedConvNet<double>& net, const ConvStencil& stencil,
              std::span<const double> parameters);

}  // namespace nmc
