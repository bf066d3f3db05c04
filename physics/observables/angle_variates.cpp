#include "physics/observables/angle_variates.hpp"

#include "core/fields/directions.hpp"

namespace nmc {

AngleVariates::AngleVariates(const XyModel& model)
    : model_(model), names_{"H", "M2", "H2", "M4", "M2H", "H3"} {}

// Of products of functions, L(uv) = u Lv + v Lu + 2 ∇u · ∇v.
Batch AngleVariates::measure(const Batch& theta) const {
  Batch slope;
  const Column H = model_.energy_gradient(theta, slope);
  const Directions of(theta);
  const Column cosines = sum_sites(of.cosine), sines = sum_sites(of.sine);
  const Column Q = cosines.square() + sines.square();
  const auto N = static_cast<double>(theta.cols());
  const double beta = model_.beta();

  // ΔH = −2 H − Σ h cos: the field's terms count once in H.
  Column laplacian = -2 * H;
  if (model_.couplings().has_field)
    for (Index i = 0; i < theta.cols(); ++i)
      laplacian -= model_.couplings().field[static_cast<std::size_t>(i)] * of.cosine.col(i);
  const Column slope2 = sum_sites(slope.square().eval());
  const Column of_H = laplacian - beta * slope2;

  // ∂_i Q = 2 (Σ sin) cos θ_i − 2 (Σ cos) sin θ_i and ΔQ = 2 N − 2 Q.
  Column cross = Column::Zero(theta.rows()), slope2_Q = cross, of_i(theta.rows());
  for (Index i = 0; i < theta.cols(); ++i) {
    of_i = 2 * (sines * of.cosine.col(i) - cosines * of.sine.col(i));
    cross += slope.col(i) * of_i;
    slope2_Q += of_i.square();
  }
  const Column of_Q = 2 * N - 2 * Q - beta * cross;

  Batch values(theta.rows(), std::ssize(names_));
  values << of_H, of_Q, 2 * H * of_H + 2 * slope2, 2 * Q * of_Q + 2 * slope2_Q,
      H * of_Q + Q * of_H + 2 * cross, 3 * H.square() * of_H + 6 * H * slope2;
  return values;
}

}  // namespace nmc
