#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/interfaces.hpp"
#include "models/autoregressive/causal_net.hpp"
#include "models/precision.hpp"

namespace nmc {

/// q(s) = Π_t q(s_t | s_<t) with a causal network for the logits (Larochelle and Murray 2011; Wu,
/// Wang and Zhang, PRL 122, 080602 (2019)): MADE, PixelCNN, WaveNet and others by their spec. Draws
/// and ln q come from the same pass, so that Σ_s q(s) = 1 to rounding whatever the precision of the
/// network. Parameters: layer after layer, its matrices (outputs, rows) row-major, then its biases.
class CausalModel final : public Autoregressive {
 public:
  /// Throws UserError when the spec is not one. `seed` draws the weights.
  CausalModel(CausalSpec spec, Precision precision, std::uint64_t seed);
  CausalModel(const CausalModel&) = delete;
  CausalModel& operator=(const CausalModel&) = delete;

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index tokens() const override { return spec_.tokens(); }
  [[nodiscard]] std::span<const Index> order() const override { return spec_.order; }
  [[nodiscard]] Draw sample(const Streams& streams, Index chains) const override;
  [[nodiscard]] Draw redraw(const Batch& s, std::span<const Index> kept,
                            const Streams& streams) const override;
  [[nodiscard]] Batch log_conditionals(const Batch& s) const override;
  void add_grad(const Batch& s, const Column& weight, std::span<double> grad) const override;
  /// By the score: Σ_chains (l_c − mean of the other chains of the tile) ∇ ln q(s_c), with
  /// l = ln q − ln p (Williams 1992; leave-one-out baseline of Kool et al. 2019), tiles of 64
  /// chains; the draw's activations are used, there is no second pass. A chain alone in the last
  /// tile is held against the mean of all before it; a single chain has no baseline and is left
  /// out.
  Column loss_grad(const Target& target, const Streams& streams, Index chains,
                   std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override;

  [[nodiscard]] const CausalSpec& spec() const { return spec_; }
  [[nodiscard]] Precision precision() const { return precision_; }

 private:
  template <class Work>
  void with_net(const Work& work) const;
  template <class T, class Use>
  void over_tiles(const CausalNet<T>& net, CausalDraw draw, Index chains, const Use& use) const;

  CausalSpec spec_;
  Precision precision_;
  std::vector<double> parameters_;
  std::unique_ptr<CausalNet<float>> single_;
  std::unique_ptr<CausalNet<double>> double_;
};

}  // namespace nmc
