#include "samplers/learned/whitened.hpp"

namespace nmc {

Whitened::Whitened(const Target& target) : target_(target) {
  mass_.emplace(MassKind::unit, target.sites());
}

void Whitened::set(const Mass& mass, const Eigen::VectorXd& mean) {
  mass_.emplace(mass.kind(), sites());
  mass_->set_state(mass.state());
  mean_ = mean;
}

Batch Whitened::to_x(const Batch& y) const {
  Batch x = mass_->times(y);
  if (mean_.size() > 0) x.rowwise() += mean_.transpose().array();
  return x;
}

Batch Whitened::to_y(const Batch& x) const {
  if (mean_.size() == 0) return mass_->inverse_times(x);
  return mass_->inverse_times(x.rowwise() - mean_.transpose().array());
}

Column Whitened::log_density_grad(const Batch& y, Batch& grad, Batch* by_x) const {
  Batch own;
  Batch& of_x = by_x == nullptr ? own : *by_x;
  Column log_p = target_.log_density_grad(to_x(y), of_x);
  grad = pulled_back(of_x);
  return log_p;
}

Batch Whitened::curvature_times(const Batch& y, const Batch& u) const {
  constexpr double kDelta = 1e-4;
  const Column length = sum_sites(u.square()).sqrt();
  const Column scale = (length > 0).select(kDelta / length, 0.0);
  const Batch step = u.colwise() * scale;
  Batch ahead, behind;
  log_density_grad(y + step, ahead);
  log_density_grad(y - step, behind);
  return (ahead - behind).colwise() * (length / (2 * kDelta));
}

}  // namespace nmc
