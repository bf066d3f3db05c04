#include "physics/systems/phase_space.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/errors.hpp"

namespace nmc {

PhaseSpace::PhaseSpace(std::unique_ptr<const Target> positions, double mass)
    : positions_(std::move(positions)), mass_(mass) {
  require(positions_->support() == Support::real,
          "momenta belong to positions that are real numbers");
  require(std::isfinite(mass_) && mass_ > 0,
          fmt::format("mass = {}: it is above 0 and finite", mass_));
}

Column PhaseSpace::log_density(const Batch& x) const {
  const Index n = positions_->sites();
  return positions_->log_density(x.leftCols(n)) - sum_sites(x.rightCols(n).square()) / (2 * mass_);
}

Column PhaseSpace::log_density_grad(const Batch& x, Batch& grad) const {
  const Index n = positions_->sites();
  Batch by_position;
  const Column log_p = positions_->log_density_grad(x.leftCols(n), by_position);
  grad.resize(x.rows(), 2 * n);
  grad << by_position, x.rightCols(n) / -mass_;
  return log_p - sum_sites(x.rightCols(n).square()) / (2 * mass_);
}

double PhaseSpace::log_momenta() const {
  return 0.5 * static_cast<double>(positions_->sites()) * std::log(2 * std::numbers::pi * mass_);
}

}  // namespace nmc
