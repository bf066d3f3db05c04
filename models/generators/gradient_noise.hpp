#pragma once

#include <functional>

#include "models/generators/vae.hpp"

namespace nmc {

/// Variances of unbiased estimates, of one draw each, of the gradient of the evidence lower bound
/// by m and ln w of q(z|x): summed over these numbers, mean over the rows.
struct GradientNoise {
  double reparametrised = 0;  ///< through z = m + w ε (Kingma and Welling 2014)
  double score = 0;  ///< l ∇ ln q, l = ln p(x, z) − ln q(z|x): REINFORCE (Williams 1992)
  double with_baseline = 0;  ///< (l − ⟨l⟩) ∇ ln q
  double apart = 0;          ///< largest difference between their means, noise, or 0 of exact ones
};

/// Noise of number k for all rows, (rows, latent), with its weight; weights sum to 1.
struct NoisePoints {
  Index count = 0;
  std::function<Batch(Index k)> noise{};
  Column weight{};
};

/// `draws` of independent noise for each row.
[[nodiscard]] NoisePoints drawn_noise(Index rows, Index latent, Index draws,
                                      const Streams& streams);
/// The product rule of Gauss and Hermite, the same for each row: exact for polynomials of noise of
/// degree 2 nodes − 1 in each direction, that of linear nets is 8. UserError for more than 10⁶
/// points.
[[nodiscard]] NoisePoints hermite_noise(Index rows, Index latent, Index nodes);

/// Both means and variances by these points.
[[nodiscard]] GradientNoise gradient_noise(const Vae& vae, const Batch& x,
                                           const NoisePoints& points);

}  // namespace nmc
