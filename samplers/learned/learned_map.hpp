#pragma once

#include "core/roles/parametric.hpp"
#include "samplers/learned/whitened.hpp"

namespace nmc {

/// A chain's whitened position with its momentum, (chains, sites) each, and what is cached of y.
struct PhasePoint {
  Batch y, v;
  Batch grad{};    ///< ∇ ln p by y; (0, 0) of maps that need none
  Batch by_x{};    ///< the same by x = μ + L y, after a move
  Column log_p{};  ///< at y; (0) of maps that do not come by it
};

/// An invertible map f of positions and momenta with known ln |det|, which training changes. f and
/// f^{-1}, taken with equal odds, are a proposal (LearnedMoves), whatever the parameters are.
class LearnedMap : public Parametric {
 public:
  /// Of the trajectories that the map may begin as.
  virtual void set_step_size(double /*epsilon*/) {}
  /// Whether a point needs its gradient and log_p before a move, and has them after it.
  [[nodiscard]] virtual bool needs_gradient() const = 0;
  /// Gradients of the target that a move takes.
  [[nodiscard]] virtual Index gradients() const = 0;
  /// Moves every chain by f, or by f^{-1} where is_backward; ln |det| of that, (chains).
  virtual Column move(const Whitened& target, bool is_backward, PhasePoint& point) const = 0;
  /// jump_loss() of the chains of a point under f; grad += its gradient. The proposal takes f^{-1}
  /// as often, whose ⟨min[1, e^r] Δf Δfᵀ⟩ over the target is the same.
  virtual double add_loss_gradient(const Whitened& target, const PhasePoint& from,
                                   std::span<double> grad) const = 0;
};

/// ln of the acceptance ratio of a move from one point to another, with log_p of both.
[[nodiscard]] inline Column log_ratio_of(const PhasePoint& from, const PhasePoint& to,
                                         const Column& log_det) {
  const Column kinetic = 0.5 * sum_sites(from.v.square()) - 0.5 * sum_sites(to.v.square());
  return (to.log_p - from.log_p) + kinetic + log_det;
}

}  // namespace nmc
