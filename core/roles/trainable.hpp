#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/roles/condition.hpp"
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
class Enumerated;
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
  const Enumerated* states = nullptr;  ///< the model itself, all of whose probabilities are known
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

  /// What is an input of this network, and where: one network for all conditions in these ranges.
  /// None where it is a network of one target. Such a network has a condition of its own, at which
  /// it is asked for draws, densities and losses.
  [[nodiscard]] virtual std::vector<ConditionRange> conditions() const { return {}; }
  /// Makes a condition its own. Only where there are conditions(); UserError outside them.
  virtual void set_condition(const Condition& condition);
  /// The same network at another condition, for reading: it has the parameters of this one, which
  /// must outlive it, and the gradient that this one was set to. Only where there are conditions();
  /// UserError outside them.
  [[nodiscard]] virtual std::unique_ptr<Trainable> at(const Condition& condition) const;
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
  [[nodiscard]] Gradient gradient() const { return gradient_; }

 protected:
  Gradient gradient_ = Gradient::total;
};

}  // namespace nmc
