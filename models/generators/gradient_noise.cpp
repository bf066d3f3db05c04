#include "models/generators/gradient_noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"

namespace nmc {
namespace {

/// Mean of a vector of numbers of every row, and of its square.
struct NoiseMoments {
  Batch sum, squares;
  NoiseMoments(Index rows, Index numbers)
      : sum(Batch::Zero(rows, numbers)), squares(Batch::Zero(rows, numbers)) {}
  void add(double weight, const Batch& g) {
    sum += weight * g;
    squares += weight * g.square();
  }
  [[nodiscard]] double variance() const {
    return (squares - sum.square()).sum() / static_cast<double>(sum.rows());
  }
};

/// What one draw of noise gives.
struct DrawnGradient {
  Column log_weight;     ///< l
  Batch reparametrised;  ///< (rows, 2 latent)
  Batch score;           ///< ∇ ln q
};

DrawnGradient drawn_gradient(const Vae& vae, const Batch& x, const Batch& noise) {
  const Vae::Posterior q = vae.posterior(x);
  const Batch width = q.log_width.exp();
  Batch by_z;
  DrawnGradient drawn;
  drawn.log_weight = vae.log_joint(x, q.at(noise), &by_z) - q.log_density(noise);
  drawn.reparametrised.resize(x.rows(), 2 * noise.cols());
  drawn.reparametrised << by_z, by_z * width * noise + 1;
  drawn.score.resize(x.rows(), 2 * noise.cols());
  drawn.score << noise / width, noise.square() - 1;
  return drawn;
}

}  // namespace

NoisePoints drawn_noise(Index rows, Index latent, Index draws, const Streams& streams) {
  NoisePoints points;
  points.count = draws;
  points.weight = Column::Constant(draws, 1 / static_cast<double>(draws));
  points.noise = [rows, latent, streams](Index k) {
    Batch noise(rows, latent);
    fill_normal(streams.at_step(static_cast<std::uint64_t>(k)), noise);
    return noise;
  };
  return points;
}

NoisePoints hermite_noise(Index rows, Index latent, Index nodes) {
  constexpr double kMost = 1e6;
  const double count = std::pow(static_cast<double>(nodes), static_cast<double>(latent));
  require(count <= kMost,
          fmt::format("{} nodes in each of {} directions are too many points", nodes, latent));
  // Golub and Welsch, Math. Comp. 23, 221 (1969): x p_k = √(k+1) p_{k+1} + √k p_{k−1}.
  Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(nodes, nodes);
  for (Index k = 1; k < nodes; ++k)
    jacobi(k, k - 1) = jacobi(k - 1, k) = std::sqrt(static_cast<double>(k));
  const linear::Eigenpairs solved = linear::symmetric_eigenpairs(jacobi);
  const Column at = solved.values.array();
  const Column share = solved.vectors.row(0).transpose().array().square();
  NoisePoints points;
  points.count = static_cast<Index>(count);
  points.weight = Column::Ones(points.count);
  for (Index k = 0; k < points.count; ++k)
    for (Index d = 0, rest = k; d < latent; ++d, rest /= nodes)
      points.weight(k) *= share(rest % nodes);
  points.noise = [rows, latent, nodes, at](Index k) {
    Batch noise(rows, latent);
    for (Index d = 0; d < latent; ++d, k /= nodes) noise.col(d).setConstant(at(k % nodes));
    return noise;
  };
  return points;
}

GradientNoise gradient_noise(const Vae& vae, const Batch& x, const NoisePoints& points) {
  const Index rows = x.rows(), numbers = 2 * vae.shape().latent;
  Column mean = Column::Zero(rows);
  for (Index k = 0; k < points.count; ++k)
    mean += points.weight(k) * drawn_gradient(vae, x, points.noise(k)).log_weight;
  NoiseMoments reparametrised(rows, numbers), score(rows, numbers), with_baseline(rows, numbers);
  for (Index k = 0; k < points.count; ++k) {
    const DrawnGradient drawn = drawn_gradient(vae, x, points.noise(k));
    reparametrised.add(points.weight(k), drawn.reparametrised);
    score.add(points.weight(k), drawn.score.colwise() * drawn.log_weight);
    with_baseline.add(points.weight(k), drawn.score.colwise() * (drawn.log_weight - mean));
  }
  return {reparametrised.variance(), score.variance(), with_baseline.variance(),
          std::max((reparametrised.sum - score.sum).abs().maxCoeff(),
                   (reparametrised.sum - with_baseline.sum).abs().maxCoeff())};
}

}  // namespace nmc
