#pragma once

#include <memory>
#include <span>

#include "core/roles/trainable.hpp"

namespace nmc {

/// A model of spins that are drawn one token after the other, a token being one spin or a few:
/// q(s) = Π_t q(s_t | s_<t).
class Autoregressive : public Trainable {
 public:
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Abilities abilities() const override { return {.tokens = this}; }
  /// Number of tokens.
  [[nodiscard]] virtual Index tokens() const = 0;
  /// The sites in the order in which they are drawn, token after token, (sites).
  [[nodiscard]] virtual std::span<const Index> order() const = 0;
  /// Keeps the first kept[c] tokens of chain c of s and draws the others given them; log_q is that
  /// of the whole configuration. Both kept and redrawn, ln q(s') - ln q(s) is the logarithm of the
  /// ratio of proposal densities, because the prefix has the same q in both.
  [[nodiscard]] virtual Draw redraw(const Batch& s, std::span<const Index> kept,
                                    const Streams& streams) const = 0;
  /// ln q(s_t | s_<t), (chains, tokens).
  [[nodiscard]] virtual Batch log_conditionals(const Batch& s) const = 0;
  /// ∂ ln q(s)/∂θ of every chain, (chains, parameters): add_grad() of one chain after the other
  /// where a network knows no better.
  [[nodiscard]] virtual Batch scores(const Batch& s) const;
  /// at() of a network that stays autoregressive.
  [[nodiscard]] virtual std::unique_ptr<Autoregressive> tokens_at(const Condition& condition) const;

  [[nodiscard]] std::unique_ptr<Trainable> at(const Condition& condition) const override {
    return tokens_at(condition);
  }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& s) const override;
};

}  // namespace nmc
