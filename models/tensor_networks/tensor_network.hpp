#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/roles/autoregressive.hpp"
#include "core/roles/stored.hpp"
#include "core/spins/graph.hpp"
#include "core/spins/label_coupling.hpp"
#include "models/autoregressive/tile_draw.hpp"
#include "models/tensor_networks/row_network.hpp"

namespace nmc {

/// The couplings that a tensor network is made from, on a chain or a plane, and its bonds.
struct TensorNetworkSpec {
  Graph graph;
  std::vector<Index> extents;             ///< (Lx) or (Lx, Ly), site x + Lx y
  Index chi = 16;                         ///< bonds of the boundary states, at most
  std::optional<LabelCoupling> labels{};  ///< what the graph joins; spins where there are none

  [[nodiscard]] LabelCoupling coupling() const { return labels ? *labels : spin_coupling(); }
};

/// q(s) ≈ e^{−βH(s)}/Z of spins or labels, made from the couplings, without training: the weight of
/// all that lies below a row is contracted from the last row up to a matrix product state of bonds
/// chi, and rows are drawn from the first one down, site by site. A truncated weight enters the
/// conditionals as it is, held within the bounds that the couplings give to it, so that Σ_s q(s) =
/// 1 at any chi; at a chi that is large enough q is the Boltzmann weight itself. One network for
/// all β: it is built anew at each. There are no parameters. All in double precision.
class TensorNetwork final : public Autoregressive, public Stored {
 public:
  /// UserError where the couplings are none of a lattice of rows, or labels have terms of four, chi
  /// < 1, beta is negative or not finite, and where the tensors would not fit into memory.
  TensorNetwork(TensorNetworkSpec spec, double beta);

  [[nodiscard]] Support support() const override {
    return spec_.labels ? Support::labels(spec_.labels->states) : Support::spin;
  }
  [[nodiscard]] Index sites() const override { return spec_.graph.sites; }
  [[nodiscard]] Index tokens() const override { return sites(); }
  [[nodiscard]] std::span<const Index> order() const override { return network_.couplings().sites; }
  [[nodiscard]] Abilities abilities() const override {
    return {.tokens = this, .couplings = &spec_.graph, .stored = this};
  }
  /// UserError, as of all that follow, where s holds what is no label.
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override;
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override;
  [[nodiscard]] Column log_prob(const Batch& s) const override;
  /// Nothing: there are no parameters.
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override;
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return {}; }
  [[nodiscard]] std::span<double> parameters() override { return {}; }

  /// Every β that is not negative.
  [[nodiscard]] std::vector<ConditionRange> conditions() const override;
  void set_condition(const Condition& condition) override;
  [[nodiscard]] std::unique_ptr<Autoregressive> tokens_at(
      const Condition& condition) const override;

  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);

  [[nodiscard]] const TensorNetworkSpec& spec() const { return spec_; }
  [[nodiscard]] double beta() const { return beta_; }

 private:
  /// Null of spins.
  [[nodiscard]] const LabelCoupling* labels() const {
    return spec_.labels ? &*spec_.labels : nullptr;
  }

  TensorNetworkSpec spec_;
  double beta_;
  RowNetwork network_;
};

}  // namespace nmc
