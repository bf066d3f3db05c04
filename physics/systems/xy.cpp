#include "physics/systems/xy.hpp"

#include <algorithm>
#include <utility>

#include "core/fields/directions.hpp"
#include "physics/systems/beta_limit.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/xy_kernel.hpp"

namespace nmc {

XyModel::XyModel(Graph graph, double beta)
    : graph_(std::move(graph)), beta_(beta), couplings_(graph_) {
  check_beta(beta);
  check_beta_limit(beta, graph_);
}

Column XyModel::energy(const Batch& theta) const {
  const Directions of(theta);
  Column energy(theta.rows());
  xy_detail::energy_and_gradient({&couplings_, theta.rows(), of.cosine.data(), of.sine.data()},
                                 energy.data(), nullptr);
  return energy;
}

Column XyModel::energy_gradient(const Batch& theta, Batch& gradient) const {
  const Directions of(theta);
  Column energy(theta.rows());
  gradient.resize(theta.rows(), theta.cols());
  xy_detail::energy_and_gradient({&couplings_, theta.rows(), of.cosine.data(), of.sine.data()},
                                 energy.data(), gradient.data());
  return energy;
}

Column XyModel::log_density_grad(const Batch& theta, Batch& grad) const {
  const Column energy = energy_gradient(theta, grad);
  grad *= -beta_;
  return -beta_ * energy;
}

// Cosines and sines of a chunk should stay in the second-level cache.
Index XyModel::preferred_chunk() const {
  constexpr Index kNumbers = 1 << 16;
  return std::clamp<Index>(kNumbers / sites() / 8 * 8, 8, 64);
}

}  // namespace nmc
