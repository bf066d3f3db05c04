#pragma once

#include <cstdint>

#include "physics/systems/toy.hpp"

namespace nmc {

/// Equal Gaussians whose means are scattered uniformly over a cube. As they stand these numbers are
/// the forty modes in the plane of Midgley et al., Flow Annealed Importance Sampling Bootstrap,
/// arXiv:2208.01893, section 5.1: half width 40, σ = ln(1 + e), and the means that PyTorch draws
/// first from seed 0.
struct Scatter {
  Index modes = 40, sites = 2;
  double half_width = 40;             ///< of the cube
  double width = 1.3132616875182228;  ///< σ of every mode
  std::uint32_t seed = 0;
};

/// (modes, sites): a Mersenne twister's 24 low bits in single precision, mode after mode, as
/// PyTorch takes them.
[[nodiscard]] Batch scattered_means(const Scatter& scatter);
[[nodiscard]] GaussianMixture scattered_mixture(const Scatter& scatter);

}  // namespace nmc
