#pragma once

#include <memory>
#include <span>
#include <vector>

#include "models/autoregressive/beta_input.hpp"
#include "models/autoregressive/causal_spec.hpp"
#include "models/autoregressive/causal_weights.hpp"
#include "models/autoregressive/tile_draw.hpp"

namespace nmc {

/// Up to kTile chains on their way through a causal network, and what the gradient needs of it.
template <class T>
struct CausalTile {
  Index chains = 0;
  Batch s;                           ///< (kTile, sites)
  Lanes log_q;                       ///< of all tokens
  Batch by_token;                    ///< ln q of each, where it is asked for, (kTile, tokens)
  std::vector<TileRows<T>> input{};  ///< what layer l reads
  std::vector<TileRows<T>> inner{};  ///< activations of residual layers
  TileRows<T> raw{};                 ///< logits of one token as the network gives them
  TileRows<double> logits{};         ///< with the couplings
  TileRows<double> share{};          ///< q of each pattern, or of up; tokens · logits rows
  double beta = 0;
  std::vector<std::vector<T>> bias{};  ///< of each layer at this beta, of a conditional network
  TileRows<double> fields{};           ///< Σ_j J_ij s_j + h_i over what is drawn; a row per site
};

/// The weights of a causal network in the order and precision of its kernels. Each token of each
/// layer is computed once, when its inputs are drawn, so that a draw costs one forward pass.
template <class T>
class CausalNet {
 public:
  using Tile = CausalTile<T>;
  explicit CausalNet(const CausalSpec& spec);
  void load(std::span<const double> parameters);

  /// Draws and evaluates the rows of one tile, token after token.
  void pass(const CausalDraw& draw, CausalTile<T>& tile) const;
  /// grad += Σ_chains weight(chain) ∇ ln q of the tile that pass() left, weight (chains).
  void add_grad(const CausalTile<T>& tile, const Column& weight, std::span<double> grad) const;

 private:
  void prepare(const CausalDraw& draw, CausalTile<T>& tile) const;
  void set_beta(double beta, CausalTile<T>& tile) const;
  void read_fields(Index token, CausalTile<T>& tile) const;
  void evaluate(Index token, CausalTile<T>& tile) const;
  void add_couplings(Index token, CausalTile<T>& tile) const;
  void choose_spin(Index token, const CausalDraw& draw, SpinTokens& spins,
                   CausalTile<T>& tile) const;
  /// ln q of the pattern that it chooses, per chain.
  Lanes choose_pattern(Index token, const CausalDraw& draw, CausalTile<T>& tile) const;
  void take(Index place, CausalTile<T>& tile) const;
  [[nodiscard]] Index pattern_of(const Batch& s, Index row, Index token) const;
  /// Cotangents of the logits of a token.
  void logit_grad(Index token, const CausalTile<T>& tile, const Column& weight,
                  TileRows<T>& grad) const;
  [[nodiscard]] TokenLayer<T> at(std::size_t layer, Index token, const CausalTile<T>& tile) const;
  struct Place {
    std::size_t layer;
    Index token;
  };
  /// grad += Σ_chains g ∂(units of the layer at the token) / ∂(its parameters).
  void add_layer_grad(const Place& place, const CausalTile<T>& tile, const T* g,
                      std::span<double> grad) const;
  [[nodiscard]] Index input_rows(std::size_t layer) const;

  const CausalSpec& spec_;
  std::vector<CausalWeights<T>> layers_;
  std::vector<BetaLines> lines_;  ///< biases of each layer, of a conditional network
  Adjacency neighbours_;
  std::vector<Index> position_;     ///< of each site in the order
  std::vector<double> own_energy_;  ///< of each token's patterns by itself, (tokens, patterns)
};

}  // namespace nmc
