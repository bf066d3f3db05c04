#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/interfaces.hpp"

/// Networks of spins to hold against what every model of spins promises.
namespace nmc::testing_spins {

/// Of 3 x 4 sites.
struct NamedModel {
  std::string name;
  std::function<std::unique_ptr<Autoregressive>()> make;
};
[[nodiscard]] const std::vector<NamedModel>& autoregressive_models();

/// Those of them that are one network for beta = 0.1 … 0.6, at 0.4, with random slopes.
[[nodiscard]] const std::vector<NamedModel>& conditional_models();

/// Parameters uniform in ±size, so that conditionals are far from one half.
void scatter_parameters(Model& model, double size);

/// All 2^sites configurations, site 0 in the lowest bit.
[[nodiscard]] Batch all_configurations(Index sites);

/// ln p = 0.3 Σ_i s_i s_{i+1} + 0.1 Σ_i i s_i: no symmetry at all.
class TiltedChain final : public Target {
 public:
  explicit TiltedChain(Index sites) : sites_(sites) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Column log_density(const Batch& s) const override;

 private:
  Index sites_;
};

/// Largest difference between `grad` and the derivative of `value` by the parameters, over the
/// largest component: fourth-order differences.
[[nodiscard]] double gradient_error(Model& model, std::span<const double> grad,
                                    const std::function<double()>& value);

/// Σ_c w_c ∇ ln q at the draws of loss_grad, w_c the losses minus the mean of the others of a tile
/// of 64, or of all before for a chain alone in its tile, through add_grad.
[[nodiscard]] std::vector<double> score_gradient(const Model& model, const Target& target,
                                                 const Draw& draw);

/// χ² of the patterns of three sites among draws, expected with these probabilities.
[[nodiscard]] double chi_squared(const Batch& draws, const std::vector<Index>& sites,
                                 const std::vector<double>& probability);

}  // namespace nmc::testing_spins
