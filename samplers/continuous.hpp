#pragma once

#include <string>

#include "core/interfaces.hpp"

namespace nmc {

/// What samplers of real numbers and of angles share: they walk by adding, and angles are brought
/// back to (−π, π].

/// Target and sampler agree on real numbers or angles; `name` is the sampler's.
void require_continuous(const Target& target, const std::string& name);

/// Configurations of `chains` chains from the streams of Purpose::init: normals times `width`, or
/// angles uniform on the circle, of which no width is asked.
struct StartShape {
  Index chains, sites;
};
[[nodiscard]] Batch continuous_start(Support support, const Streams& streams, StartShape shape,
                                     double width);

/// The longest step that says anything: of angles half a turn, of real numbers any.
[[nodiscard]] double longest_step(Support support);

/// The same configurations, angles in (−π, π].
void bring_back(Support support, Batch& x);

}  // namespace nmc
