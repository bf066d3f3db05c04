#include "physics/observables/vorticity.hpp"

#include <algorithm>
#include <numbers>

#include "core/fields/directions.hpp"

namespace nmc {
namespace {

/// θ_next − θ in (−π, π], (chains, sites), `next` (sites).
Batch differences(const Batch& theta, const std::vector<Index>& next) {
  Batch difference(theta.rows(), theta.cols());
  for (Index i = 0; i < theta.cols(); ++i)
    difference.col(i) = theta.col(next[static_cast<std::size_t>(i)]) - theta.col(i);
  wrap_angles(difference);
  return difference;
}

}  // namespace

bool has_vortices(const Periodic& lattice) {
  return lattice.extents.size() == 2 && !lattice.is_triangular &&
         *std::ranges::min_element(lattice.extents) > 1;
}

Column vorticity(const Batch& theta, const std::vector<Index>& extents) {
  const Index width = extents[0], height = extents[1];
  std::vector<Index> right, up;
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x) {
      right.push_back((x + 1) % width + width * y);
      up.push_back(x + width * ((y + 1) % height));
    }
  const Batch along_x = differences(theta, right), along_y = differences(theta, up);
  Column count = Column::Zero(theta.rows());
  for (Index i = 0; i < theta.cols(); ++i) {
    const auto site = static_cast<std::size_t>(i);
    const Column around =
        along_x.col(i) + along_y.col(right[site]) - along_x.col(up[site]) - along_y.col(i);
    count += (around / (2 * std::numbers::pi)).round().abs();
  }
  return count / static_cast<double>(theta.cols());
}

}  // namespace nmc
