#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/roles/beta_range.hpp"
#include "core/roles/model.hpp"
#include "core/roles/target.hpp"

namespace nmc {

/// A model that can be trained on draws of its own.
class Trainable : public Model {
 public:
  /// The reverse Kullback-Leibler loss of the chains of one chunk. Returns ln q(x) - ln p(x) of
  /// each chain, p the target's unnormalised density, at the very x of sample(streams, chains),
  /// and adds an unbiased estimate of the gradient of its sum over the chains to grad unless grad
  /// is empty.
  virtual Column loss_grad(const Target& target, const Streams& streams, Index chains,
                           std::span<double> grad) const = 0;
  /// Whether loss_grad() differentiates the target.
  [[nodiscard]] virtual bool needs_target_gradient() const { return false; }

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

/// Which unbiased gradient of a reparametrised loss is taken.
enum class Gradient {
  total,  ///< of the draw's own loss: through x = g(z) and through ln q at fixed x
  path,   ///< through x = g(z) alone; the rest has mean zero (Roeder et al. 2017, Vaitl et al.
          ///< 2022), so that the noise vanishes where q is the target
};

/// A model whose draws depend smoothly on its parameters at fixed random numbers.
class Reparametrised : public Trainable {
 public:
  [[nodiscard]] bool needs_target_gradient() const override { return true; }
  /// total by default.
  void set_gradient(Gradient gradient) { gradient_ = gradient; }

 protected:
  Gradient gradient_ = Gradient::total;
};

}  // namespace nmc
