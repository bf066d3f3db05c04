#pragma once

#include <vector>

#include "models/autoregressive/causal_spec.hpp"

namespace nmc {

/// Layouts of autoregressive networks. What they share: the order of the sites and the patches.
struct CausalFrame {
  std::vector<Index> order{};  ///< the sites as they are drawn
  Index patch = 1;
  Index networks = 0;  ///< tokens that have a network, the first ones; 0: all
  simd::Activation activation = simd::Activation::elu;
};

/// Tokens that need a network where the couplings are wired in, as CausalFrame::networks: up to the
/// last one with a neighbour that is drawn later. What the couplings say of those after it is their
/// exact conditional.
[[nodiscard]] Index networks_needed(const Graph& couplings, const CausalFrame& frame);

/// Independent spins: one bias per token.
[[nodiscard]] CausalSpec bernoulli_spec(const CausalFrame& frame);

struct MadeShape {
  Index depth = 2;  ///< layers, the last one included; 1: logits straight from the spins
  Index width = 4;  ///< hidden units per token
  bool is_residual = false;
};
/// Masked dense layers (Germain et al. 2015, with the block masks of Wu, Wang and Zhang 2019): the
/// hidden units of a token read those of all tokens up to it.
[[nodiscard]] CausalSpec made_spec(const CausalFrame& frame, const MadeShape& shape);

struct PixelCnnShape {
  std::vector<Index> extents{};  ///< of the lattice, x first: one or two, in raster order
  Index depth = 3;
  Index width = 64;
  Index kernel = 3;          ///< odd
  bool is_periodic = false;  ///< kernels reach round the lattice, as far as sites are drawn
  bool is_residual = false;
};
/// Masked convolutions (van den Oord et al. 2016): weights shared by all sites, biases too.
[[nodiscard]] CausalSpec pixel_cnn_spec(const CausalFrame& frame, const PixelCnnShape& shape);

struct WaveNetShape {
  Index depth =
      0;  ///< hidden layers with dilations 1, 2, 4, …; 0: until all earlier spins are seen
  Index width = 32;
  bool is_residual = true;
};
/// Dilated causal convolutions over the order of the sites (van den Oord et al. 2016, WaveNet):
/// the first layer reads the two tokens before, layer l the token itself and that 2^l before it.
[[nodiscard]] CausalSpec wavenet_spec(const CausalFrame& frame, const WaveNetShape& shape);

struct TwoBodyShape {
  Index depth = 2;  ///< layers, the last one included
  Index width = 8;  ///< hidden units per token
};
/// The couplings wired into the first layer (Biazzo, Wu and Carleo 2024): token t sees the fields
/// that the spins drawn exert on the sites not yet drawn, and nothing else; these determine its
/// conditional. A small network of its own for each token; the token's own field goes to the logit.
[[nodiscard]] CausalSpec two_body_spec(const CausalFrame& frame, const Graph& couplings,
                                       double beta, const TwoBodyShape& shape);

/// Adds −βH of the couplings to the logits.
void wire_couplings(CausalSpec& spec, const Graph& couplings, double beta);

}  // namespace nmc
