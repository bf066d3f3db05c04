#pragma once

#include <vector>

#include "core/batch.hpp"
#include "models/flows/continuous/lattice_modes.hpp"

namespace nmc {

/// Shape of a velocity of lattice fields.
struct KernelFieldShape {
  std::vector<Index> extents;
  int channels = 3;            ///< pairs of kernels
  int harmonics = 4;           ///< sin(ω ψ) … sin(F ω ψ) of each
  int times = 2;               ///< Legendre polynomials of time
  int steps = 5;               ///< Runge–Kutta steps of [0, 1]
  bool has_potential = false;  ///< K = S, so that the velocity is a gradient
};

/// Numbers of a velocity at the 2 steps + 1 times at which Runge–Kutta asks for it. T is double
/// where they are gradients by these numbers.
template <class T>
struct KernelTables {
  std::vector<T> linear;     ///< ℓ, (times, orbits)
  std::vector<T> in, out;    ///< S and K, (times, channels, orbits)
  std::vector<T> weight;     ///< b, (times, channels, harmonics)
  std::vector<T> trace;      ///< m = Σ_k K S / V, (times, channels)
  std::vector<T> frequency;  ///< ω, (channels)
  std::vector<T> log_scale;  ///< a, (orbits)

  KernelTables(const KernelFieldShape& shape, std::size_t orbits) {
    const auto stages = static_cast<std::size_t>(2 * shape.steps + 1);
    const auto channels = static_cast<std::size_t>(shape.channels);
    linear.assign(stages * orbits, T(0));
    in.assign(stages * channels * orbits, T(0));
    out = in;
    weight.assign(stages * channels * static_cast<std::size_t>(shape.harmonics), T(0));
    trace.assign(stages * channels, T(0));
    frequency.assign(channels, T(0));
    log_scale.assign(orbits, T(0));
  }
};

/// The velocity of the modes u of a field, its divergence and where it leads. With S, K, ℓ and a by
/// orbits of wave vectors, W the orthonormal waves and h(ψ) = Σ_f b_f sin(f ω ψ),
///   ψ_c = Wᵀ (S_c u),  du/dt = ℓ u + Σ_c K_c W h_c(ψ_c),
///   div = Σ_k ℓ + Σ_c m_c Σ_y h_c'(ψ_c(y)),  m_c = Σ_k K_c S_c / V,
/// exactly, since the mean square of the waves of an orbit is the same at all sites. The flow
/// begins at u = W z and ends in x = Wᵀ (e^a u).
template <class T>
struct PackedKernelField {
  KernelFieldShape shape;
  LatticeModes<T> modes;
  const std::vector<int>* orbit = nullptr;  ///< of every mode
  std::size_t orbits = 0;
  KernelTables<T> at;
  std::vector<T> scale_up, scale_down;  ///< e^{±a}, (orbits)
  std::vector<double> linear_trace;     ///< Σ_k ℓ, (times)
  double log_scale_sum = 0;             ///< Σ_k a
};

}  // namespace nmc
