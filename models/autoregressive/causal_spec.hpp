#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/roles/condition.hpp"
#include "core/simd/tile.hpp"
#include "core/spins/graph.hpp"
#include "models/autoregressive/causal_kernel.hpp"

namespace nmc {

/// One layer of a causal network: units at every token, each a function of rows of the layer's
/// input that earlier tokens, or for hidden rows this token, have written.
struct CausalLayer {
  Index units = 0;             ///< outputs per token
  std::vector<Index> first{};  ///< (tokens + 1): runs of token t are runs[first[t]] …
  std::vector<CausalRun> runs{};
  Index weights = 0;          ///< numbers in all matrices together
  std::vector<Index> bias{};  ///< (tokens): place of the token's biases among those of the layer
  Index biases = 0;
  bool is_residual = false;  ///< adds the same units of the layer before to what is activated

  [[nodiscard]] std::span<const CausalRun> runs_of(Index token) const {
    const auto t = static_cast<std::size_t>(token);
    return std::span(runs).subspan(static_cast<std::size_t>(first[t]),
                                   static_cast<std::size_t>(first[t + 1] - first[t]));
  }
};

/// What the first layer reads.
enum class CausalInput {
  spins,  ///< row i is the i-th spin drawn
  fields  ///< rows of token t are Σ_j J_ij s_j + h_i over the spins drawn, at sites of its own list
};

/// A network that draws tokens of `patch` spins one after the other. A token of one spin has one
/// logit a, q(s = +1) = 1 / (1 + e^-a); a token of p spins one per pattern, softmax. Bit k of a
/// pattern's number is set where the token's k-th spin is up.
struct CausalSpec {
  Index sites = 0;
  Index patch = 1;             ///< spins per token, 1 … 6
  std::vector<Index> order{};  ///< the sites as they are drawn, (sites)
  CausalInput input = CausalInput::spins;
  std::vector<Index> field_first{};  ///< (tokens + 1), into field_sites; for CausalInput::fields
  std::vector<Index> field_sites{};
  std::vector<CausalLayer> layers{};  ///< the last one gives the logits; (0) where all is exact
  simd::Activation activation = simd::Activation::elu;
  /// Adds to the logits what the couplings to the spins already drawn, and those within the token,
  /// say: -beta H of each pattern.
  Graph couplings{};
  /// Of the couplings, and of the input beta of a conditional network.
  double beta = 0;
  /// Where given, the network is conditional: every layer reads x = beta scaled to -1 … 1, so that
  /// each bias is b + c x, with as many slopes c as the layer has biases.
  std::optional<ConditionRange> beta_range{};
  /// Tokens from here on have no network: the couplings say all. The number of tokens where every
  /// token has one.
  Index networks = 0;

  [[nodiscard]] Index tokens() const { return sites / patch; }
  [[nodiscard]] Index logits() const { return patch == 1 ? 1 : Index{1} << patch; }
  /// Parameters of a layer: weights, biases, and slopes where there are any.
  [[nodiscard]] Index parameters_of(const CausalLayer& layer) const {
    return layer.weights + (beta_range ? 2 : 1) * layer.biases;
  }
  [[nodiscard]] Index parameter_count() const;
};

/// Throws UserError when the order is no permutation, the patch does not divide the sites, and
/// std::logic_error when a run reads what is not there yet.
void check(const CausalSpec& spec);

/// Weights uniform in ±1/sqrt(inputs of the token), the last layer ten times smaller, biases and
/// slopes 0.
void initialise(const CausalSpec& spec, std::uint64_t seed, std::span<double> parameters);

}  // namespace nmc
