#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/autoregressive/causal_spec.hpp"

namespace nmc {

enum class RecurrentCell { gru, lstm };

/// A recurrent network that draws one spin after the other: every token has a hidden state, a
/// function of the states and spins of one or two tokens before it, and a logit read off its state.
struct RecurrentSpec {
  Index sites = 0;
  std::vector<Index> order{};  ///< the sites as they are drawn, (sites)
  /// Tokens whose state each token reads, earlier than itself, one list (tokens) per direction;
  /// -1 where there is none. One or two directions.
  std::vector<std::vector<Index>> parents{};
  RecurrentCell cell = RecurrentCell::gru;
  Index width = 0;        ///< numbers in a state
  bool is_shared = true;  ///< one set of weights for all tokens, or one for each
  double beta = 0;        ///< of a conditional network: what it reads
  /// Where given, the network is conditional: every layer reads x = beta scaled to -1 … 1, so that
  /// each bias, of gates, candidate and logit, is b + c x with a slope c.
  std::optional<ConditionRange> beta_range{};

  [[nodiscard]] Index tokens() const { return sites; }
  [[nodiscard]] Index directions() const { return std::ssize(parents); }
  /// Gates in (0, 1), of `width` units each. GRU: update, reset, and choice between two parents;
  /// LSTM: input, output, and one to forget each parent by.
  [[nodiscard]] Index gates() const {
    return cell == RecurrentCell::lstm ? 2 + directions() : 1 + directions();
  }
  /// Parameters of a layer: weights, biases, and slopes where there are any.
  [[nodiscard]] Index parameters_of(const CausalLayer& layer) const {
    return layer.weights + (beta_range ? 2 : 1) * layer.biases;
  }
  [[nodiscard]] Index parameter_count() const;
};

/// Weights and cell of a recurrent network.
struct RecurrentShape {
  RecurrentCell cell = RecurrentCell::gru;
  Index width = 32;
  bool is_shared = true;
};
/// Every token reads the state of the one before it.
[[nodiscard]] RecurrentSpec chain_spec(const std::vector<Index>& order,
                                       const RecurrentShape& shape);
/// Lx x Ly sites in snake order: a token reads the state of its neighbour in the row, drawn just
/// before, and of its neighbour in the row below (Hibat-Allah et al. 2020).
[[nodiscard]] RecurrentSpec snake_spec(const std::vector<Index>& extents,
                                       const RecurrentShape& shape);

/// Throws UserError when the width is below 1 or the order no permutation, std::logic_error when a
/// parent is not drawn before.
void check(const RecurrentSpec& spec);

/// Rows of the states of all tokens: `width` numbers and the spin, token after token.
[[nodiscard]] inline Index state_row(const RecurrentSpec& spec, Index token) {
  return token * (spec.width + 1);
}

/// What the kernels compute at each token.
struct RecurrentLayers {
  CausalLayer gates;    ///< states and spins of the parents → gates, candidate
  CausalLayer input;    ///< GRU: spins of the parents → candidate, past the reset gate
  CausalLayer readout;  ///< state → logit

  [[nodiscard]] std::array<const CausalLayer*, 3> all() const { return {&gates, &input, &readout}; }
};
[[nodiscard]] RecurrentLayers recurrent_layers(const RecurrentSpec& spec);

/// Weights uniform in ±1/sqrt(width), those of the logit ten times smaller, biases and slopes 0;
/// biases 1 of the gates to forget by, which keeps an LSTM's memory open (Jozefowicz et al. 2015).
[[nodiscard]] std::vector<double> initial_parameters(const RecurrentSpec& spec, std::uint64_t seed);

}  // namespace nmc
