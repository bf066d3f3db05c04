#pragma once

#include "core/batch.hpp"
#include "core/errors.hpp"
#include "core/roles/support.hpp"

namespace nmc {

/// One step of a leapfrog with unit mass, of each chain, (chains).
struct LeapfrogStep {
  Column drift;  ///< x += drift·v
  Column kick;   ///< v += kick·∇ln p(x)
};

class SpinTarget;

/// An unnormalised density over configurations.
class Target {
 public:
  virtual ~Target() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  [[nodiscard]] virtual Support support() const = 0;
  /// ln of the unnormalised density of each chain, (chains).
  [[nodiscard]] virtual Column log_density(const Batch& x) const = 0;
  /// The same with its gradient by x, (chains, sites); grad is resized. Throws UserError when the
  /// target is not differentiable.
  virtual Column log_density_grad(const Batch& x, Batch& grad) const;
  [[nodiscard]] virtual bool is_differentiable() const { return false; }
  /// Moves x by the velocities v, then v by the gradient at the new x, and returns ln p there. The
  /// gradient goes to grad; where that is null nobody asks for ln p, which may be left out: ().
  virtual Column drift_kick(const LeapfrogStep& step, Batch& x, Batch& v, Batch* grad) const;
  /// Chains that one call should be given for full speed.
  [[nodiscard]] virtual Index preferred_chunk() const { return 64; }
  /// The same density where it is a Boltzmann weight of spins, with its couplings and its beta.
  [[nodiscard]] virtual const SpinTarget* spins() const { return nullptr; }
};

}  // namespace nmc
