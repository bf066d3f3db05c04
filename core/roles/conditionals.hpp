#pragma once

#include "core/batch.hpp"

namespace nmc {

/// A joint density of spins and real fields whose two conditionals can be drawn exactly. Drawing
/// s | x and x | s in turn is a block Gibbs sampler of both marginals. Spins and fields live on the
/// same sites. Randomness comes in as numbers, so that the drawing itself is a function.
class AuxiliaryField {
 public:
  virtual ~AuxiliaryField() = default;
  [[nodiscard]] virtual Index sites() const = 0;
  /// Spins ±1 from p(s | x): s(c, i) = +1 where uniforms(c, i) < p(s_i = +1 | x(c)). Every argument
  /// and the result are (chains, sites); uniforms in (0, 1).
  [[nodiscard]] virtual Batch spins_given_field(const Batch& x, const Batch& uniforms) const = 0;
  /// Fields from p(x | s), from standard normals. Every argument and the result (chains, sites).
  [[nodiscard]] virtual Batch field_given_spins(const Batch& s, const Batch& normals) const = 0;
};

}  // namespace nmc
