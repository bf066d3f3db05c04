#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "samplers/cluster/surrogate.hpp"

namespace nmc {

/// A surrogate of bonds that are all alike and join equal spins, on a lattice whose sites have four
/// or six of them each, for a system of the same bonds with one coupling, plaquettes of one K, and
/// no fields.
struct UniformSurrogate {
  double beta = 0;
  Index sites = 0;
  Index degree = 0, squares = 0;  ///< bonds and plaquettes of every site
  std::uint64_t threshold = 0;    ///< of a bond between equal spins
  double residual = 0, K = 0;     ///< J of the system less that of the surrogate; of a plaquette
  /// Of every site its neighbours, then its plaquettes, (sites, degree + squares).
  std::vector<std::uint32_t> near{};
  std::vector<std::uint32_t> corners{};  ///< of every plaquette, (plaquettes, 4)
  [[nodiscard]] Index plaquettes() const { return std::ssize(corners) / 4; }
};

/// Nothing where the surrogate is none of these.
[[nodiscard]] std::optional<UniformSurrogate> uniform_surrogate(const Graph& system,
                                                                const SurrogateBonds& bonds);

}  // namespace nmc
