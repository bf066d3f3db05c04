#pragma once

#include "core/parallel/threads.hpp"
#include "models/energy/rbm.hpp"

/// Sums over all states of one side of a restricted machine, the other side in closed form. Both
/// sides give the same Z: one holds the other against it.
namespace nmc {

enum class Side { visible, hidden };

/// The side with fewer units.
[[nodiscard]] Side smaller_side(const RbmShape& shape);
/// CPU seconds of a sum by this side's own estimate, about 4 ns per state and unit of the other
/// side, and four times that with moments.
[[nodiscard]] double enumeration_seconds(const RbmShape& shape, Side side, bool with_moments);

/// ln Z by the states of this side. The same bits for any number of threads. UserError beyond 2^40
/// states.
[[nodiscard]] double log_z(const Rbm& rbm, Side side, const Threads& threads = Threads{});

/// Means over the machine, in its own units.
struct RbmMoments {
  double log_z = 0;
  Eigen::VectorXd visible;   ///< ⟨v⟩
  Eigen::VectorXd hidden;    ///< ⟨h⟩
  Eigen::MatrixXd products;  ///< ⟨h vᵀ⟩, (hidden, visible)
};
[[nodiscard]] RbmMoments exact_moments(const Rbm& rbm, Side side,
                                       const Threads& threads = Threads{});

/// Adds `weight` times the gradient of ln Z, ⟨∇ ln p̃⟩, to grad, which has the parameters' size.
void add_log_z_grad(const RbmMoments& moments, double weight, std::span<double> grad);

}  // namespace nmc
