#pragma once

#include <memory>

#include "core/roles/autoregressive.hpp"
#include "core/roles/stored.hpp"
#include "models/symmetry/symmetrised_spins.hpp"

namespace nmc {

/// q_sym(s) = (q(s) + q(-s)) / 2 of a network of spins. A flip of all spins leaves the order alone,
/// so that the mixture is autoregressive itself: given the spins drawn, its conditional is that of
/// the two images, mixed with their shares in the prefix.
class FlipSymmetricSpins final : public Autoregressive, public Stored {
 public:
  explicit FlipSymmetricSpins(std::unique_ptr<Autoregressive> network);

  [[nodiscard]] Index sites() const override { return mixture_.sites(); }
  [[nodiscard]] Abilities abilities() const override {
    return {.tokens = this, .couplings = network().abilities().couplings, .stored = this};
  }
  void write(archive::File& file, const std::string& group) const override {
    write_symmetrised(file, group, network(), z2_group(sites()));
  }
  [[nodiscard]] Index tokens() const override { return network().tokens(); }
  [[nodiscard]] std::span<const Index> order() const override { return network().order(); }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override {
    return mixture_.sample(streams, chains);
  }
  [[nodiscard]] Column log_prob(const Batch& s) const override { return mixture_.log_prob(s); }
  /// Chooses an image with its share in the prefix, and redraws that.
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override;
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override;
  [[nodiscard]] Batch scores(const Batch& s) const override;
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override {
    mixture_.add_grad(s, weight, grad);
  }
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override {
    return mixture_.loss_grad(target, streams, chains, grad);
  }
  [[nodiscard]] std::span<const double> parameters() const override {
    return std::as_const(mixture_).parameters();
  }
  [[nodiscard]] std::span<double> parameters() override { return mixture_.parameters(); }
  void parameters_changed() override { mixture_.parameters_changed(); }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return mixture_.conditions();
  }
  void set_condition(const Condition& condition) override { mixture_.set_condition(condition); }
  [[nodiscard]] std::unique_ptr<Autoregressive> tokens_at(
      const Condition& condition) const override {
    return std::make_unique<FlipSymmetricSpins>(network().tokens_at(condition));
  }

  [[nodiscard]] const Autoregressive& network() const { return mixture_.network(); }
  [[nodiscard]] Autoregressive& network() { return mixture_.network(); }

 private:
  SymmetrisedSpins mixture_;
};

}  // namespace nmc
