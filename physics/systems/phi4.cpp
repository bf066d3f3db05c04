#include "physics/systems/phi4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "physics/systems/phi4_kernel.hpp"

namespace nmc {
namespace {

void check_couplings(double m_squared, double lambda) {
  require(std::isfinite(m_squared) && std::isfinite(lambda) &&
              (lambda > 0 || (lambda == 0 && m_squared > 0)),
          fmt::format("m2 = {} and lambda = {} give no finite integral; lambda must be positive",
                      m_squared, lambda));
}

}  // namespace

Phi4::Phi4(const Lattice& lattice, double m_squared, double lambda)
    : torus_(lattice.is_torus() ? lattice.extents : std::vector<Index>{}),
      stencil_(make_graph(lattice), m_squared, lambda) {
  check_couplings(m_squared, lambda);
}

Column Phi4::log_density(const Batch& phi) const {
  Column action(phi.rows());
  phi4_detail::action_and_force({&stencil_, phi.rows()}, phi.data(), nullptr, action.data());
  return -action;
}

Column Phi4::log_density_grad(const Batch& phi, Batch& grad) const {
  grad.resize(phi.rows(), phi.cols());
  Column action(phi.rows());
  phi4_detail::action_and_force({&stencil_, phi.rows()}, phi.data(), grad.data(), action.data());
  return -action;
}

Column Phi4::drift_kick(const LeapfrogStep& step, Batch& phi, Batch& xi, Batch* grad) const {
  Column action(phi.rows());
  if (grad != nullptr) grad->resize(phi.rows(), phi.cols());
  phi4_detail::drift_kick({&stencil_, phi.rows()},
                          {step.drift.data(), step.kick.data(), phi.data(), xi.data(),
                           grad == nullptr ? nullptr : grad->data()},
                          action.data());
  return -action;
}

// The lines of a lattice that a force looks at must stay in the first-level cache and the chains
// of a chunk in the second: the fewer chains, the larger the lattice, but a vector of them.
Index Phi4::preferred_chunk() const {
  constexpr Index kNumbers = 1 << 15;  // 256 KiB of field
  return std::clamp<Index>(kNumbers / sites() / 8 * 8, 8, 64);
}

}  // namespace nmc
