#pragma once

#include <array>
#include <span>
#include <vector>

#include "models/autoregressive/beta_input.hpp"
#include "models/autoregressive/causal_weights.hpp"
#include "models/autoregressive/recurrent_spec.hpp"
#include "models/autoregressive/tile_draw.hpp"

namespace nmc {

/// Up to kTile chains on their way through a recurrent network, and what the gradient needs.
template <class T>
struct RecurrentTile {
  Index chains = 0;
  Batch s;                ///< (kTile, sites)
  Lanes log_q;            ///< of all tokens
  Batch by_token;         ///< ln q of each, where it is asked for, (kTile, tokens)
  TileRows<double> up{};  ///< q(+1), (kTile, tokens)
  TileRows<T> state{};    ///< rows as state_row() says
  TileRows<T> memory{};   ///< LSTM: c of each token
  TileRows<T> gate{};     ///< of each token: gates, candidate, and one block more (see below)
  TileRows<T> raw{};      ///< logit of one token as the network gives it
  TileRows<double> logit{};
  double beta = 0;
  std::array<std::vector<T>, 3> bias{};  ///< of each layer at this beta, of a conditional network
};

/// The weights of a recurrent network in the order and precision of its kernels. With h, s the
/// states and spins of the parents, p one of them, and σ the logistic function, at each token:
///   GRU (Cho et al. 2014, reset after the product):  (z, r, v, u) = (σ, σ, σ, 1)(W (h, s) + b),
///     n = tanh(V s + a + r∘u), h' = z∘n + (1 − z)∘m, m = h, or v∘h_1 + (1 − v)∘h_2 of two parents
///   LSTM (Hochreiter and Schmidhuber 1997, one gate to forget each parent by: Graves et al. 2007):
///     (i, o, f_p, g) = (σ, σ, σ, tanh)(W (h, s) + b), c' = i∘g + Σ_p f_p∘c_p, h' = o∘tanh(c')
///   logit = w·h' + b.
/// Of a conditional network every bias has a slope by x, beta scaled to −1 … 1.
template <class T>
class RecurrentNet {
 public:
  using Tile = RecurrentTile<T>;
  explicit RecurrentNet(const RecurrentSpec& spec);
  void load(std::span<const double> parameters);

  /// Draws and evaluates the rows of one tile, token after token.
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// grad += Σ_chains weight(chain) ∇ ln q of the tile that pass() left, weight (chains): back
  /// through the tokens.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;
  /// scores += ∇ ln q of each chain of that tile, (tile.chains, parameters).
  void add_scores(const Tile& tile, Batch& scores) const;

 private:
  /// Cotangents on the way back.
  struct Back {
    TileRows<T> state;   ///< of all states
    TileRows<T> memory;  ///< of all c
    TileRows<T> gate;    ///< of the arguments of one token's gates and candidate
    TileRows<T> input;   ///< GRU: of the argument of n
    std::array<std::vector<double>, 3> bias{};  ///< of each layer, of a conditional network
  };
  /// The layers in the order of their parameters.
  enum Part : std::size_t { kGates, kInput, kReadout };
  [[nodiscard]] const CausalLayer& layer(Part part) const { return *layers_.all()[part]; }
  [[nodiscard]] TokenLayer<T> at(Part part, Index token, const Tile& tile) const;
  /// Where the gradient of a layer at a token goes: that of biases with slopes is summed up first.
  [[nodiscard]] LayerGradient gradient(Part part, Index token, std::span<double> grad,
                                       Back& back) const;
  /// Cotangents of what a layer gives at a token, (units, kTile) row-major.
  struct LayerCotangents {
    Part part;
    Index token;
    const T* g;
  };
  /// Back through the tokens: calls take(LayerCotangents) of every layer that it meets.
  template <class Take>
  void go_back(const Tile& tile, const Column& weight, Back& back, const Take& take) const;
  /// scores += g inᵀ of each chain at the places of the layer's weights and biases.
  void add_layer_scores(const LayerCotangents& of, const Tile& tile, Batch& scores) const;
  void add_bias_grad(const Tile& tile, const Back& back, std::span<double> grad) const;
  [[nodiscard]] Index parent(Index token, Index direction) const {
    return spec_.parents[static_cast<std::size_t>(direction)][static_cast<std::size_t>(token)];
  }
  void prepare(Tile& tile) const;
  void set_beta(double beta, Tile& tile) const;
  void evaluate(Index token, Tile& tile) const;
  void gru(Index token, Tile& tile) const;
  void lstm(Index token, Tile& tile) const;
  void gru_back(Index token, const Tile& tile, Back& back) const;
  void lstm_back(Index token, const Tile& tile, Back& back) const;
  /// States of a token, block `k` of its gates, and c.
  [[nodiscard]] auto state(Index token, auto& rows) const {
    return rows.middleCols(state_row(spec_, token), spec_.width);
  }
  [[nodiscard]] auto gate(Index token, Index k, auto& tile) const {
    return tile.gate.middleCols((token * blocks_ + k) * spec_.width, spec_.width);
  }
  [[nodiscard]] auto memory(Index token, auto& rows) const {
    return rows.middleCols(token * spec_.width, spec_.width);
  }
  /// What a GRU keeps of its parents: m above.
  [[nodiscard]] TileRows<T> kept(Index token, const Tile& tile) const;

  const RecurrentSpec& spec_;
  RecurrentLayers layers_;
  std::array<CausalWeights<T>, 3> weights_{};
  std::array<BetaLines, 3> lines_{};  ///< biases with their slopes, of a conditional network
  Index blocks_;  ///< of `width` rows of a token's gates: gates, u or g, and n or tanh(c')
};

}  // namespace nmc
