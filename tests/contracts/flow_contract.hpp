#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

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

/// |ln |det J| of numerical differentiation - the flow's own|, first row.
double jacobian_error(const Flow& flow, const Batch& z);

/// S = Σ gx·x + g·log_det, the function that the vector-Jacobian products differentiate.
inline double contraction(const Mapped& m, const Batch& gy, const Column& g_log_det) {
  return (m.y * gy).sum() + (m.log_det * g_log_det).sum();
}

/// Largest difference of two gradients, over the largest number of the first.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0, size = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    most = std::max(most, std::abs(a[k] - b[k]));
    size = std::max(size, std::abs(a[k]));
  }
  return most / size;
}

struct GradientError {
  double input = 0;      ///< relative, worst component against the largest one
  double parameter = 0;  ///< the same
};

/// Compares forward_vjp or inverse_vjp with central differences of the contraction.
GradientError gradient_error(Flow& flow, const Batch& in, bool forward);

}  // namespace nmc::contracts
