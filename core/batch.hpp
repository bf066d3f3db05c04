#pragma once

#include <Eigen/Core>

namespace nmc {

using Index = Eigen::Index;

/// Configurations of a batch of chains, (chains, sites), column-major: one site is contiguous over
/// the chains, so that chains are the SIMD axis.
using Batch = Eigen::ArrayXXd;

/// One number per chain, (chains).
using Column = Eigen::ArrayXd;

/// Sum over the sites of every chain, in site order. Each chain's sum has the same rounding
/// whatever the batch it sits in, which Eigen's rowwise().sum() does not promise.
inline Column sum_sites(const Eigen::Ref<const Batch>& x) {
  Column total = Column::Zero(x.rows());
  for (Index site = 0; site < x.cols(); ++site) total += x.col(site);
  return total;
}

}  // namespace nmc
