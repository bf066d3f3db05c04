#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "models/autoregressive/tile_draw.hpp"
#include "models/circuits/circuit.hpp"

namespace nmc {

/// How gradients of a circuit are found: the same numbers up to rounding.
enum class CircuitGradient {
  adjoint,  ///< add_adjoint_gradient()
  shift     ///< add_shift_gradient()
};

/// Which circuit a model is.
struct CircuitSpec {
  Index sites = 0;
  std::vector<Index> order{};  ///< the site of every qubit, (sites)
  Index depth = 1;             ///< of layered_circuit()
  Entangler entangler = Entangler::chain;
  CircuitGradient gradient = CircuitGradient::adjoint;

  [[nodiscard]] Index tokens() const { return sites; }
  [[nodiscard]] Circuit circuit() const { return layered_circuit(sites, depth, entangler); }
};

/// Most qubits of a circuit: its state and the sums below are 48 bytes for each of 2^20 states.
inline constexpr Index kMostQubits = 20;

/// Throws UserError where the order is no permutation, or the state too large.
void check(const CircuitSpec& spec);

/// Draws the outcomes of a circuit's qubits along Z one after the other: the sums of |ψ|² over all
/// states that begin with the outcomes so far are in a tree, each the sum of the two below it. A
/// conditional below 1e-300 counts as that much, so that ln q is finite.
class CircuitNet {
 public:
  struct Tile {
    Index chains = 0;
    Batch s;         ///< (kTile, sites)
    Lanes log_q;     ///< of all tokens
    Batch by_token;  ///< ln q of each, where it is asked for, (kTile, tokens)
    std::array<Index, simd::kTile> node{};
  };
  explicit CircuitNet(const CircuitSpec& spec) : spec_(spec), circuit_(spec.circuit()) {}
  /// The angles.
  void load(std::span<const double> parameters);
  void pass(const CausalDraw& draw, Tile& tile) const;
  /// ∇ ln p = ∇p/p of all chains of the tile together, by one pull_back(). A state of p below
  /// 1e-300 has no gradient.
  void add_grad(const Tile& tile, const Column& weight, std::span<double> grad) const;

  /// |ψ|² of all states, (states), qubit 0 the highest bit of the number, 0 for spin +1.
  [[nodiscard]] std::span<const double> probabilities() const;
  /// grad += ∂/∂θ Σ v p.
  void pull_back(std::span<const double> v, std::span<double> grad) const;

 private:
  const CircuitSpec& spec_;
  Circuit circuit_;
  std::vector<double> angles_;
  StateVector end_{};
  std::vector<double> sums_;  ///< (2 states): node 1 is the whole, 2n and 2n + 1 below node n
};

}  // namespace nmc
