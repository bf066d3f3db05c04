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

void Whitened::set(const RadialCoordinates& coordinates) {
  mass_.emplace(MassKind::dense, sites());
  mass_->set_state({coordinates.L.data(), static_cast<std::size_t>(coordinates.L.size())});
  mean_ = coordinates.mean;
  warp_ = coordinates.warp;
}

Batch Whitened::to_x(const Batch& y) const {
  Batch x = mass_->times(warp_ ? warp_->to_z(y) : y);
  if (mean_.size() > 0) x.rowwise() += mean_.transpose().array();
  return x;
}

Batch Whitened::to_y(const Batch& x) const {
  const Batch z = mean_.size() == 0 ? mass_->inverse_times(x)
                                    : mass_->inverse_times(x.rowwise() - mean_.transpose().array());
  return warp_ ? warp_->to_y(z) : z;
}

Column Whitened::log_density_grad(const Batch& y, Batch& grad, Batch* by_x) const {
  Batch own;
  Batch& of_x = by_x == nullptr ? own : *by_x;
  Column log_p = target_.log_density_grad(to_x(y), of_x);
  grad = pulled_back(of_x);
  if (!warp_) return log_p;
  grad = warp_->pulled_back(y, grad);
  return log_p + warp_->log_det(y);
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
