#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/interfaces.hpp"
#include "core/roles/stored.hpp"
#include "models/symmetry/symmetry.hpp"
#include "models/symmetry/symmetry_file.hpp"

namespace nmc {

/// Mixture of the images of a flow under a group G of symmetry operations:
/// q_sym(x) = 1/|G| Σ_g q(g x). A draw is one of the flow, moved by a random element of G.
class SymmetrisedFlow : public Reparametrised, public Stored {
 public:
  /// Throws UserError when `group` is no group of operations on the flow's sites.
  SymmetrisedFlow(std::unique_ptr<Flow> flow, std::vector<SymmetryOperation> group);

  [[nodiscard]] Index sites() const override { return flow_->sites(); }
  [[nodiscard]] Support support() const override { return flow_->support(); }
  [[nodiscard]] Abilities abilities() const override {
    return {.flow = flow_.get(), .stored = this};
  }
  [[nodiscard]] std::unique_ptr<const LatentDensity> latent_density(
      const Target& target) const override;
  void write(archive::File& file, const std::string& group) const override {
    write_symmetrised(file, group, *flow_, group_);
  }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Column log_prob(const Batch& x) const override;
  /// The same with its gradient by x, (chains, sites).
  Column log_prob_grad(const Batch& x, Batch& grad) const;
  void add_grad(const Batch& x, const Column& weight, std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override {
    return std::as_const(*flow_).parameters();
  }
  [[nodiscard]] std::span<double> parameters() override { return flow_->parameters(); }
  void parameters_changed() override { flow_->parameters_changed(); }
  [[nodiscard]] std::vector<ConditionRange> conditions() const override {
    return flow_->conditions();
  }
  void set_condition(const Condition& condition) override { flow_->set_condition(condition); }
  [[nodiscard]] std::unique_ptr<Trainable> at(const Condition& condition) const override;

  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  /// ln q_sym(x) - ln p(x) at x = h g(z), h the group element of each chain, with its gradient.
  Column loss_grad_at(const Target& target, const Batch& z, const std::vector<Index>& element,
                      std::span<double> grad) const;
  /// U_sym(z) = ln q_sym(g(z)) - ln p(g(z)) - ln N(z) and its gradient by z, (chains, sites). A
  /// sample of exp(-U_sym), mapped by g and moved by a random element of G, is one of p wherever p
  /// is invariant under G.
  [[nodiscard]] Column latent_potential(const Target& target, const Batch& z, Batch& grad_z) const;

  [[nodiscard]] const Flow& flow() const { return *flow_; }
  [[nodiscard]] const std::vector<SymmetryOperation>& group() const { return group_; }
  /// Place of the identity in group().
  [[nodiscard]] Index identity() const { return identity_; }
  /// The group element of each chain, uniform, from the flips of these streams.
  [[nodiscard]] std::vector<Index> random_elements(const Streams& streams, Index chains) const;
  /// Row c of the result is group()[element[c]] applied to row c of x.
  [[nodiscard]] Batch move(const std::vector<Index>& element, const Batch& x) const;

 private:
  /// All images of a batch under the group, as the flow sees them.
  struct Images {
    std::vector<Batch> z;  ///< g^{-1} of each image, one batch per group element
    Batch share;           ///< q(g x) / Σ_h q(h x), (chains, elements)
    Column log_q;          ///< ln q_sym, (chains)
  };
  [[nodiscard]] Images images_of(const Batch& x) const;
  [[nodiscard]] Images images_of_draw(const Batch& z, const Mapped& drawn) const;
  static void mix(Images& images, const Batch& log_terms);
  /// Transpose of move().
  [[nodiscard]] Batch move_back(const std::vector<Index>& element, const Batch& grad) const;
  /// Gradient by x of ln q_sym, element `skipped` left out (-1: none); adds that by parameters.
  Batch log_q_vjp(const Images& images, Index skipped, std::span<double> grad) const;

  std::unique_ptr<Flow> flow_;
  std::vector<SymmetryOperation> group_;
  Index identity_ = 0;  ///< its place in group_
};

}  // namespace nmc
