#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/interfaces.hpp"
#include "core/roles/stored.hpp"
#include "models/symmetry/mixture.hpp"
#include "models/symmetry/symmetry.hpp"
#include "models/symmetry/symmetry_file.hpp"

namespace nmc {

/// Mixture of the images of a network of spins under a group G of symmetry operations:
/// q_sym(s) = 1/|G| Σ_g q(g s). A draw is one of the network, moved by a random element of G. Its
/// density takes |G| passes of the network, and its gradient as many.
class SymmetrisedSpins final : public Trainable, public Stored {
 public:
  /// Throws UserError when `group` is no group of operations on the network's sites.
  SymmetrisedSpins(std::unique_ptr<Autoregressive> network, std::vector<SymmetryOperation> group);

  [[nodiscard]] Index sites() const override { return network_->sites(); }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Abilities abilities() const override {
    return {.couplings = network_->abilities().couplings, .stored = this};
  }
  void write(archive::File& file, const std::string& group) const override {
    write_symmetrised(file, group, *network_, group_);
  }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& s) const override;
  /// ∇ ln q_sym(s) = Σ_g r_g ∇ ln q(g s), r_g = q(g s) / Σ_h q(h s).
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override;
  /// By the score, with the mean of the other chains of a tile of 64 as baseline (leave_one_out()).
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override {
    return std::as_const(*network_).parameters();
  }
  [[nodiscard]] std::span<double> parameters() override { return network_->parameters(); }
  void parameters_changed() override { network_->parameters_changed(); }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return network_->conditions();
  }
  void set_condition(const Condition& condition) override { network_->set_condition(condition); }
  [[nodiscard]] std::unique_ptr<Trainable> at(const Condition& condition) const override {
    return std::make_unique<SymmetrisedSpins>(network_->tokens_at(condition), group_);
  }

  [[nodiscard]] const Autoregressive& network() const { return *network_; }
  [[nodiscard]] Autoregressive& network() { return *network_; }
  [[nodiscard]] const std::vector<SymmetryOperation>& group() const { return group_; }

 private:
  /// Draws of the network, the same moved by elements of G, and q_sym with its shares at the first.
  struct Moved {
    Batch drawn, s;
    Mixture mixture;
  };
  [[nodiscard]] Moved draw(const Streams& streams, Index chains) const;
  /// ln q(g s) of every element, (chains, elements); that of the identity where it is known.
  [[nodiscard]] Batch log_images(const Batch& s, const Column* of_identity) const;
  void add_shares(const Batch& s, const Batch& weighted_share, std::span<double> grad) const;

  std::unique_ptr<Autoregressive> network_;
  std::vector<SymmetryOperation> group_;
  Index identity_ = 0;  ///< its place in group_
};

}  // namespace nmc
