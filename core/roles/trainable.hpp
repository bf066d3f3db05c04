#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/roles/beta_range.hpp"
#include "core/roles/model.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// Which unbiased gradient of a reparametrised loss is taken.
enum class Gradient {
  total,  ///< of the draw's own loss: through x = g(z) and through ln q at fixed x
  path,   ///< through x = g(z) alone; the rest has mean zero (Roeder et al. 2017, Vaitl et al.
          ///< 2022), so that the noise vanishes where q is the target
};

class Autoregressive;
class Flow;
class LatentDensity;
class Stored;
struct Graph;

/// What single clients ask of a model beyond its role, filled in by the model itself; null where it
/// has no such thing.
struct Abilities {
  const Autoregressive* tokens = nullptr;  ///< the model itself, drawn token by token
  const Flow* flow = nullptr;        ///< the bijection: the model itself, or whose images it mixes
  const Graph* couplings = nullptr;  ///< of spins, wired into the network
  const Stored* stored = nullptr;    ///< writes it to a file
};

/// A model that can be trained on draws of its own.
class Trainable : public Model {
 public:
  [[nodiscard]] virtual Abilities abilities() const { return {}; }
  /// The reverse Kullback-Leibler loss of the chains of one chunk. Returns ln q(x) - ln p(x) of
  /// each chain, p the target's unnormalised density, at the very x of sample(streams, chains),
  /// and adds an unbiased estimate of the gradient of its sum over the chains to grad unless grad
  /// is empty.
  virtual Column loss_grad(const Target& target, const Streams& streams, Index chains,
                           std::span<double> grad) const = 0;
  /// Whether loss_grad() differentiates the target.
  [[nodiscard]] virtual bool needs_target_gradient() const { return false; }
  /// Makes loss_grad() take this gradient from now on; false where the model has one alone.
  virtual bool set_gradient(Gradient /*gradient*/) { return false; }
  /// A target seen from the latent space of the model, which both must outlive; null where the
  /// model has none. UserError where they do not fit together.
  [[nodiscard]] virtual std::unique_ptr<const LatentDensity> latent_density(
      const Target& target) const;

  /// Inverse temperatures for which this is one network, with beta as an input; none where it is a
  /// network of one target. Such a network has a beta of its own, at which it is asked for draws
  /// and densities; loss_grad() alone works at the beta of a SpinTarget that it is given.
  [[nodiscard]] virtual std::optional<BetaRange> beta_range() const { return {}; }
  /// Only where there is a beta_range(); UserError outside it.
  virtual void set_beta(double beta);
  /// The same network at another beta, for reading: it has the parameters of this one, which must
  /// outlive it. Only where there is a beta_range(); UserError outside it.
  [[nodiscard]] virtual std::unique_ptr<Trainable> at_beta(double beta) const;
};

/// A model whose draws depend smoothly on its parameters at fixed random numbers.
class Reparametrised : public Trainable {
 public:
  [[nodiscard]] bool needs_target_gradient() const override { return true; }
  /// total by default.
  bool set_gradient(Gradient gradient) override {
    gradient_ = gradient;
    return true;
  }

 protected:
  Gradient gradient_ = Gradient::total;
};

}  // namespace nmc
