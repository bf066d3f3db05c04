#include "physics/observables/dual_variates.hpp"

namespace nmc {

DualVariates::DualVariates(const DualIsing& dual, bool of_stencil)
    : dual_(dual),
      of_stencil_(of_stencil),
      names_{"t", "T", "x", "M", "t_tKt", "t_T2", "T3"},
      row_sums_(dual.kernel().apply(Batch::Ones(1, dual.sites())).row(0).transpose()) {}

// With y = K t − x, v · ∇ ln p = w · y; the diagonal of K is α, since no site is its own neighbour.
Batch DualVariates::measure(const Batch& given) const {
  const Batch x = of_stencil_ ? dual_.kernel().apply(given) : given;
  const Batch t = dual_.mean_spins(x), Kt = dual_.kernel().apply(t);
  const Index chains = x.rows();
  const auto N = static_cast<double>(x.cols());
  const double alpha = dual_.kernel().alpha();
  // Sums over the sites; s = 1 − t² is the slope of t.
  Column T = Column::Zero(chains), M = T, y = T, ty = T, xy = T, s = T, s_row = T, s_Kt = T,
         s_Kt2 = T, tKt = T, y_i(chains), s_i(chains);
  for (Index i = 0; i < x.cols(); ++i) {
    y_i = Kt.col(i) - x.col(i);
    s_i = 1 - t.col(i).square();
    T += t.col(i);
    M += x.col(i);
    y += y_i;
    ty += t.col(i) * y_i;
    xy += x.col(i) * y_i;
    s += s_i;
    s_row += row_sums_(i) * s_i;
    s_Kt += s_i * Kt.col(i);
    s_Kt2 += s_i * Kt.col(i).square();
    tKt += t.col(i) * Kt.col(i);
  }
  const Column of_t = alpha * s + ty;
  Batch values(chains, std::ssize(names_));
  values.col(0) = of_t;
  values.col(1) = s_row + T * y;
  values.col(2) = alpha * N + xy;
  values.col(3) = row_sums_.sum() + M * y;
  values.col(4) = (tKt * of_t + 2 * s_Kt2) / N;
  values.col(5) = (T.square() * of_t + 2 * T * s_Kt) / N;
  values.col(6) = T.square() * (3 * s_row + T * y) / (N * N);
  return values;
}

}  // namespace nmc
