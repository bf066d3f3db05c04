#pragma once

#include "core/optimise/tanh_net.hpp"
#include "samplers/learned/learned_map.hpp"

namespace nmc {

/// The map of A-NICE-MC (Song, Zhao and Ermon, NIPS 2017): shears of positions and momenta in turn,
///   v ← v + s_1(y),  y ← y + s_2(v),  v ← v + s_3(y), …,   s_k(u) = A_k u + net_k(u),
/// or A_k u + net_k(u, |u|) + u net'_k(u, |u|),
/// of determinant 1 whatever they are, with inverses as cheap as themselves. It needs no gradient.
/// Training begins at A = c, −2/c, c and nets of 0: y' = −y − 2v/c, the point reflection through
/// the mean with noise, which a density with that symmetry accepts as far as the noise lets it.
class AdditiveMap final : public LearnedMap {
 public:
  struct Shape {
    Index sites = 0;
    Index shears = 5;       ///< at least 3
    int hidden = 32;        ///< units of each of two hidden layers
    double reflection = 2;  ///< c
    /// Nets read |u| beside u, and one output more multiplies u: shears of a central force.
    bool is_radial = false;
    /// Of the forward divergence in jump_loss().
    double divergence_weight = 0.1;
  };
  explicit AdditiveMap(const Shape& shape);

  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override;
  [[nodiscard]] bool needs_gradient() const override { return false; }
  [[nodiscard]] Index gradients() const override { return 0; }
  Column move(const Whitened& target, bool is_backward, PhasePoint& point) const override;
  double add_loss_gradient(const Whitened& target, const PhasePoint& from,
                           std::span<double> grad) const override;

 private:
  /// Parameters of one shear: A by rows, then its net's.
  [[nodiscard]] std::size_t size_of_one() const;
  [[nodiscard]] std::span<const double> matrix(Index shear) const;
  /// What the way back needs of a shear.
  struct Passed {
    Batch u;
    TanhNet::Trace trace{};
    Column factor{};  ///< of u; (0) without is_radial
  };
  [[nodiscard]] Batch shift(Index shear, const Batch& u, Passed* passed) const;
  /// What the nets read of u.
  [[nodiscard]] Batch net_inputs(const Batch& u) const;
  /// The gradient by u from that by the shift.
  [[nodiscard]] Batch shift_vjp(Index shear, const Passed& passed, const Batch& g_shift,
                                std::span<double> grad) const;

  Shape shape_;
  std::vector<TanhNet> nets_;
  std::vector<double> parameters_;
};

}  // namespace nmc
