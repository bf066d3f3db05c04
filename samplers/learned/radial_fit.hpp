#pragma once

#include <Eigen/Core>

#include "samplers/learned/radial_warp.hpp"

namespace nmc {

/// Coordinates y of x = μ + L z, y = z ρ(|z|)/|z|, L lower triangular.
struct RadialCoordinates {
  Eigen::VectorXd mean;
  Eigen::MatrixXd L;
  RadialWarp warp;
};

/// The likeliest ones of draws x, (rows, sites), in which y is standard normal: lengths and (μ, L)
/// in turn, from these μ and L on. UserError as of RadialWarp::fitted().
[[nodiscard]] RadialCoordinates fit_radial(const Batch& x, Eigen::VectorXd mean, Eigen::MatrixXd L);

}  // namespace nmc
