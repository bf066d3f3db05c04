#pragma once

#include "core/batch.hpp"
#include "core/random/streams.hpp"

namespace nmc {

/// Cosines and sines of angles, (chains, sites) each.
struct Directions {
  explicit Directions(const Batch& theta);
  Batch cosine, sine;
};

/// Takes whole turns off, to (−π, π].
void wrap_angles(Batch& theta);

/// Angles without any order, each uniform on the circle, from the streams of Purpose::init.
[[nodiscard]] Batch uniform_angles(const Streams& streams, Index chains, Index sites);

}  // namespace nmc
