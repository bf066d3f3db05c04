#pragma once

#include <Eigen/LU>

#include "core/interfaces.hpp"

namespace nmc::contracts {

/// Standard normals of fixed seed, times `sigma`.
inline Batch normals(Index rows, Index sites, double sigma, std::uint64_t seed = 7) {
  Batch z(rows, sites);
  fill_normal({seed, 0, 0, Purpose::test}, z);
  return sigma * z;
}

/// Largest |g^{-1}(g(z)) - z| relative to the largest |z| or |x|.
inline double round_trip_error(const Flow& flow, const Batch& z) {
  const Mapped x = flow.forward(z);
  const Mapped back = flow.inverse(x.y);
  return (back.y - z).abs().maxCoeff() / std::max(z.abs().maxCoeff(), x.y.abs().maxCoeff());
}

/// Largest |ln det(forward) + ln det(inverse)| relative to the number of sites.
inline double antisymmetry_error(const Flow& flow, const Batch& z) {
  const Mapped x = flow.forward(z);
  const Mapped back = flow.inverse(x.y);
  return ((x.log_det + back.log_det).abs() / x.log_det.abs().max(1.0)).maxCoeff();
}

/// Fourth-order central difference of f along direction k of x, step h.
template <class F>
auto central_difference(F f, Batch x, Index row, Index site, double h) {
  const double x0 = x(row, site);
  const auto at = [&](double shift) {
    x(row, site) = x0 + shift;
    return f(x);
  };
  return ((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)).eval();
}

/// |ln |det J| of numerical differentiation - the flow's own|, first row.
inline double jacobian_error(const Flow& flow, const Batch& z, double h) {
  const Index n = flow.sites();
  Eigen::MatrixXd J(n, n);
  const auto map = [&](const Batch& at) { return flow.forward(at).y; };
  for (Index j = 0; j < n; ++j)
    J.col(j) = central_difference(map, z.topRows(1).eval(), 0, j, h).row(0).matrix();
  const double numerical =
      Eigen::PartialPivLU<Eigen::MatrixXd>(J).matrixLU().diagonal().array().abs().log().sum();
  return std::abs(numerical - flow.forward(z.topRows(1).eval()).log_det(0));
}

/// S = Σ gx·x + g·log_det, the function that the vector-Jacobian products differentiate.
inline double contraction(const Mapped& m, const Batch& gy, const Column& g_log_det) {
  return (m.y * gy).sum() + (m.log_det * g_log_det).sum();
}

struct GradientError {
  double input = 0;      ///< relative, worst component against the largest one
  double parameter = 0;  ///< the same
};

/// Compares forward_vjp or inverse_vjp with central differences of the contraction.
GradientError gradient_error(Flow& flow, const Batch& in, bool forward, double h);

}  // namespace nmc::contracts
