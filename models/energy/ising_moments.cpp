#include <algorithm>
#include <cmath>
#include <limits>

#include "models/energy/ising_likelihood.hpp"

/// Sums over all states of a machine of visible units, block by block.
namespace nmc {
namespace {

constexpr Index kBlockBits = 12;

/// States 2^b k … 2^b (k + 1) − 1 with b bits per block: spin i is up where bit i is 0.
Batch block_states(Index sites, Index block) {
  const Index bits = std::min(sites, kBlockBits), rows = Index{1} << bits;
  Batch s(rows, sites);
  for (Index i = 0; i < sites; ++i)
    for (Index row = 0; row < rows; ++row)
      s(row, i) = ((block * rows + row) >> i & 1) == 0 ? 1 : -1;
  return s;
}

Index block_count(Index sites) {
  return Index{1} << (sites - std::min(sites, kBlockBits));
}

Column log_weights(const IsingShape& shape, std::span<const double> theta, const Batch& s) {
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(shape.sites, shape.sites);
  for (std::size_t k = 0; k < shape.pairs.size(); ++k)
    A(shape.pairs[k].first, shape.pairs[k].second) += theta[k];
  Eigen::MatrixXd x = s.matrix() * A.transpose();
  if (shape.has_fields)
    x.rowwise() +=
        Eigen::Map<const Eigen::RowVectorXd>(theta.data() + shape.pairs.size(), shape.sites);
  return sum_sites(s * x.array());
}

void require_few(const IsingShape& shape) {
  require(shape.sites <= kMostExactUnits,
          "an exact gradient sums over 2^" + std::to_string(shape.sites) + " states, and 2^" +
              std::to_string(kMostExactUnits) + " is the most: use the pseudo-likelihood");
}

/// Of one block, with weights divided by e^top.
struct Sums {
  double top = -std::numeric_limits<double>::infinity(), z = 0;
  Eigen::VectorXd singles;
  Eigen::MatrixXd products;
};

Sums block_sums(const IsingShape& shape, std::span<const double> theta, Index block) {
  const Batch s = block_states(shape.sites, block);
  const Column log_p = log_weights(shape, theta, s);
  Sums sums;
  sums.top = log_p.maxCoeff();
  const Eigen::VectorXd w = (log_p - sums.top).exp().matrix();
  sums.z = w.sum();
  sums.singles = s.matrix().transpose() * w;
  sums.products = s.matrix().transpose() * (s.colwise() * w.array()).matrix();
  return sums;
}

}  // namespace

IsingMoments exact_moments(const IsingShape& shape, std::span<const double> theta,
                           const Threads& threads) {
  require_few(shape);
  std::vector<Sums> blocks(static_cast<std::size_t>(block_count(shape.sites)));
  threads.for_each(std::ssize(blocks), [&](Index block) {
    blocks[static_cast<std::size_t>(block)] = block_sums(shape, theta, block);
  });
  const double top = std::ranges::max_element(blocks, {}, &Sums::top)->top;
  double z = 0;
  Eigen::VectorXd singles = Eigen::VectorXd::Zero(shape.sites);
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(shape.sites, shape.sites);
  for (const Sums& block : blocks) {
    const double scale = std::exp(block.top - top);
    z += scale * block.z;
    singles += scale * block.singles;
    products += scale * block.products;
  }
  IsingMoments moments{top + std::log(z), Eigen::VectorXd(shape.parameters())};
  Index at = 0;
  for (const auto& [i, j] : shape.pairs) moments.means(at++) = products(i, j) / z;
  if (shape.has_fields) moments.means.tail(shape.sites) = singles / z;
  return moments;
}

Eigen::MatrixXd fisher_information(const IsingShape& shape, std::span<const double> theta,
                                   const Threads& threads) {
  const IsingMoments moments = exact_moments(shape, theta, threads);
  Eigen::MatrixXd total = -moments.means * moments.means.transpose();
  for (Index block = 0; block < block_count(shape.sites); ++block) {
    const Batch s = block_states(shape.sites, block);
    const Column p = (log_weights(shape, theta, s) - moments.log_z).exp();
    const Eigen::MatrixXd f = sufficient_statistics(shape, s);
    total += f.transpose() * (f.array().colwise() * p).matrix();
  }
  return total;
}

}  // namespace nmc
