#pragma once

#include <string>

#include "core/batch.hpp"

namespace nmc {

/// What the entries of a configuration are. Densities, networks and samplers of different kinds do
/// not go together: a periodic density on R^N has no finite Z, and labels have no gradient.
struct Support {
  enum class Kind {
    spin,   ///< +1 or -1
    label,  ///< 0, 1, ... states - 1
    real,   ///< all real numbers
    angle   ///< the circle, in (-pi, pi]
  };
  Kind kind = Kind::real;
  Index states = 2;  ///< of labels, from 2 on; 2 for every other kind

  static const Support spin, real, angle;
  [[nodiscard]] static constexpr Support labels(Index states) { return {Kind::label, states}; }
  bool operator==(const Support&) const = default;
};

inline constexpr Support Support::spin{Support::Kind::spin, 2};
inline constexpr Support Support::real{Support::Kind::real, 2};
inline constexpr Support Support::angle{Support::Kind::angle, 2};

/// "spins", "labels 0 to 2", "real numbers", "angles".
[[nodiscard]] std::string in_words(Support support);

}  // namespace nmc
