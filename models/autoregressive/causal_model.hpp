#pragma once

#include "core/roles/stored.hpp"
#include "models/autoregressive/causal_net.hpp"
#include "models/autoregressive/conditional_model.hpp"
#include "models/flows/nets/precision.hpp"

namespace nmc {

/// q(s) = Π_t q(s_t | s_<t) with a causal network for the logits (Larochelle and Murray 2011; Wu,
/// Wang and Zhang, PRL 122, 080602 (2019)): MADE, PixelCNN, WaveNet and others by their spec. Draws
/// and ln q come from the same pass, so that Σ_s q(s) = 1 to rounding whatever the precision of the
/// network. Parameters: layer after layer, its matrices (outputs, rows) row-major, its biases, and
/// of a conditional network their slopes.
class CausalModel final : public ConditionalModel<CausalSpec, CausalNet<float>, CausalNet<double>>,
                          public Stored {
 public:
  /// Throws UserError when the spec is not one. `seed` draws the weights.
  CausalModel(CausalSpec spec, Precision precision, std::uint64_t seed);

  [[nodiscard]] Precision precision() const { return precision_; }
  [[nodiscard]] Abilities abilities() const override {
    const Graph& wired = spec().couplings;
    return {.tokens = this, .couplings = wired.sites != 0 ? &wired : nullptr, .stored = this};
  }
  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Autoregressive> read(const archive::File& file,
                                                            const std::string& group);

 private:
  Precision precision_;
};

}  // namespace nmc
