#include "physics/observables/real_variates.hpp"

#include "physics/observables/real_sums_kernel.hpp"

namespace nmc {

RealVariates::RealVariates(const Target& target, const LatticeField* field)
    : target_(target), field_(field), names_{"x", "M", "x3", "M3", "x_M2", "M_x2", "x5", "1"} {
  if (field == nullptr) return;
  names_.insert(names_.begin() + 2, {"A_x", "A2_x"});
  for (const double J : field->stencil().J) trace_ += J * J;
}

Batch RealVariates::measure(const Batch& x) const {
  Batch g;
  (void)target_.log_density_grad(x, g);
  const Batch sums = RealSums::of(x, g, field_ == nullptr ? nullptr : &field_->stencil());
  const auto of = [&sums](RealSums::Sum which) { return sums.col(which); };
  const auto N = static_cast<double>(x.cols());
  const auto M = of(RealSums::x), x2 = of(RealSums::x2);
  const Column M2 = M.square();
  Batch values(x.rows(), std::ssize(names_));
  values.col(0) = N + of(RealSums::xg);
  values.col(1) = N + M * of(RealSums::g);
  if (field_ != nullptr) {
    values.col(2) = of(RealSums::axg);
    values.col(3) = trace_ + of(RealSums::axag);  // Σ (A² x)_i g_i, as A is symmetric
  }
  auto rest = values.rightCols(6);
  rest.col(0) = 3 * x2 + of(RealSums::x3g);
  rest.col(1) = (3 * N + M * of(RealSums::g)) * M2 / (N * N);
  rest.col(2) = M2 + 2 * M2 / N + M2 * of(RealSums::xg) / N;
  rest.col(3) = 2 * M2 + x2 + M * of(RealSums::x2g);
  rest.col(4) = 5 * of(RealSums::x4) + of(RealSums::x5g);
  rest.col(5) = of(RealSums::g);
  return values;
}

}  // namespace nmc
