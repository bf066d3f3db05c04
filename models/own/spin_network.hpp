#pragma once

#include <span>
#include <vector>

#include "core/roles/autoregressive.hpp"
#include "models/own/own_weights.hpp"

namespace nmc {

/// What a user writes for a network of spins: the logit of each spin given those before it,
///   q(s) = Π_i 1 / (1 + e^{-s_i a_i(s_0 … s_{i-1})}),
/// and its gradient by the parameters. All else follows: draws, ln q, training by the score, files.
class SpinNetwork : public Autoregressive {
 public:
  SpinNetwork(Index sites, Index parameters);

  /// a_i of site i = `site`, (chains). It reads the columns of s before `site` alone: the others
  /// are not drawn yet.
  [[nodiscard]] virtual Column logit(const Batch& s, Index site) const = 0;
  /// grad += Σ_chains weight(chain) ∇ a_i; grad has parameters().size().
  virtual void add_logit_grad(const Batch& s, Index site, const Column& weight,
                              std::span<double> grad) const = 0;

  [[nodiscard]] Index sites() const override { return std::ssize(order_); }
  [[nodiscard]] Index tokens() const override { return sites(); }
  [[nodiscard]] std::span<const Index> order() const override { return order_; }
  [[nodiscard]] Abilities abilities() const override;
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override;
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override;
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override;
  /// By the score, held against the mean of the other chains of a tile (leave_one_out).
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return weights_.values; }
  [[nodiscard]] std::span<double> parameters() override { return weights_.values; }
  [[nodiscard]] OwnWeights& weights() { return weights_; }

 private:
  std::vector<Index> order_;
  OwnWeights weights_;
};

}  // namespace nmc
