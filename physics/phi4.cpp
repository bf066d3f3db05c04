#include "physics/phi4.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {

Phi4::Phi4(const Lattice& lattice, double m_squared, double lambda)
    : graph_(make_graph(lattice)),
      adjacency_(adjacency(graph_)),
      diagonal_(graph_.sites, m_squared),
      lambda_(lambda) {
  require(std::isfinite(m_squared) && std::isfinite(lambda) &&
              (lambda > 0 || (lambda == 0 && m_squared > 0)),
          fmt::format("m2 = {} and lambda = {} give no finite integral; lambda must be positive",
                      m_squared, lambda));
  for (const Bond& bond : graph_.bonds) {
    diagonal_[bond.i] += 1;
    diagonal_[bond.j] += 1;
  }
}

Column Phi4::log_density(const Batch& phi) const {
  Batch grad;
  return log_density_grad(phi, grad);
}

/// S = Σ_i φ_i (d_i φ_i − Σ_j A_ij φ_j) + λ φ_i⁴ with d_i = m² + number of bonds.
Column Phi4::log_density_grad(const Batch& phi, Batch& grad) const {
  grad = apply_stencil(adjacency_, phi, 0, -1);
  Column action = Column::Zero(phi.rows());
  for (Index i = 0; i < phi.cols(); ++i) {
    const Column square = phi.col(i).square();
    grad.col(i) += diagonal_[i] * phi.col(i);
    action += phi.col(i) * grad.col(i) + lambda_ * square.square();
    grad.col(i) = -2 * grad.col(i) - (4 * lambda_) * (square * phi.col(i));
  }
  return -action;
}

Observables phi4_observables(const Phi4& phi4) {
  const auto volume = static_cast<double>(phi4.sites());
  const auto m = [volume](const Batch& phi) -> Column { return sum_sites(phi) / volume; };
  Observables list;
  const auto add = [&list](const char* name, FunctionObservable::Function function) {
    list.push_back(std::make_unique<FunctionObservable>(name, std::move(function)));
  };
  add("action",
      [&phi4, volume](const Batch& phi) -> Column { return -phi4.log_density(phi) / volume; });
  add("m", m);
  add("abs_m", [m](const Batch& phi) -> Column { return m(phi).abs(); });
  add("m2", [m](const Batch& phi) -> Column { return m(phi).square(); });
  add("m4", [m](const Batch& phi) -> Column { return m(phi).square().square(); });
  add("phi4",
      [volume](const Batch& phi) -> Column { return sum_sites(phi.square().square()) / volume; });
  return list;
}

}  // namespace nmc
