#pragma once

#include <span>

#include "core/batch.hpp"
#include "models/flows/nets/precision.hpp"

namespace nmc {

/// Places and times, and the velocities that are sought there.
struct SoughtVelocity {
  const Batch& x;         ///< (rows, sites)
  const Column& time;     ///< (rows), of [0, 1]
  const Batch& velocity;  ///< (rows, sites)
};

/// The velocity of a layer that follows one from t = 0 to 1, at any place and time.
class VelocityField {
 public:
  virtual ~VelocityField() = default;
  /// |v(x, t) − velocity|² of every row where the layer reads no conditions, (rows); adds `weight`
  /// times the sum of their gradients to grad (the layer's numbers) unless that is empty.
  virtual Column mismatch(const SoughtVelocity& sought, Precision precision, double weight,
                          std::span<double> grad) const = 0;
};

}  // namespace nmc
