#pragma once

#include <gtest/gtest.h>

#include <cstring>

#include "core/interfaces.hpp"
#include "core/random/streams.hpp"

namespace nmc::testing {

inline Batch normals(Index chains, Index sites, std::uint64_t step = 0) {
  Batch x(chains, sites);
  fill_normal({.seed = 7, .step = step, .first_chain = 0, .purpose = Purpose::test}, x);
  return x;
}

inline bool is_same_bits(const Batch& a, const Batch& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

/// Gradient against central differences with a step h. Their error is h²/6 f''' + eps |f|/h, about
/// 1e-9 of the gradient's scale for h = 1e-5 at the densities tested; 1e-7 is the contract.
inline void expect_gradient_is_derivative(const Target& target, const Batch& x) {
  Batch grad;
  const Column log_p = target.log_density_grad(x, grad);
  EXPECT_LT((log_p - target.log_density(x)).abs().maxCoeff(), 1e-13 * (1 + log_p.abs().maxCoeff()));
  const double scale = grad.abs().maxCoeff();
  const double h = 1e-5 * std::max(1.0, x.abs().maxCoeff() * 1e-2);
  for (Index i = 0; i < x.cols(); ++i) {
    Batch up = x, down = x;
    up.col(i) += h;
    down.col(i) -= h;
    const Column difference =
        (target.log_density(up) - target.log_density(down)) / (up.col(i) - down.col(i));
    EXPECT_LT((difference - grad.col(i)).abs().maxCoeff(), 1e-7 * scale) << "site " << i;
  }
}

/// Each row's numbers do not depend on the batch around it, bit for bit.
inline void expect_rows_are_independent(const Target& target, const Batch& x) {
  Batch grad, row_grad;
  const Column log_p = target.log_density_grad(x, grad);
  const Column plain = target.log_density(x);
  for (Index c = 0; c < x.rows(); ++c) {
    const Column row_log_p = target.log_density_grad(x.row(c), row_grad);
    EXPECT_TRUE(is_same_bits(row_log_p, log_p.row(c))) << "chain " << c;
    EXPECT_TRUE(is_same_bits(row_grad, grad.row(c))) << "chain " << c;
    EXPECT_TRUE(is_same_bits(target.log_density(x.row(c)), plain.row(c))) << "chain " << c;
  }
}

}  // namespace nmc::testing
