#include "physics/systems/dual_ising.hpp"
#include "core/linear/factors.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "core/random/streams.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc {
namespace {

constexpr double beta_c = 0.44068679350977147;  // ln(1 + √2) / 2

Batch draws_of_normals(Index chains, Index sites, std::uint64_t step = 0) {
  Batch x(chains, sites);
  fill_normal({.seed = 7, .step = step, .first_chain = 0, .purpose = Purpose::test}, x);
  return x;
}

Graph glass(Index sites) {
  Graph graph = make_graph({{sites / 4, 4}, {false, true}});
  const Batch J = draws_of_normals(1, static_cast<Index>(graph.bonds.size()), 5);
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = J(0, static_cast<Index>(b));
  return graph;
}

double largest(const Batch& x) {
  return x.abs().maxCoeff();
}

TEST(DualIsing, LnZDifferenceIsThatOfConventions) {
  // Table of conventions.md section 3: lnZ_x and lnZ_spin, 12 digits after the point.
  const struct {
    Index L;
    double spin, field;
  } rows[] = {{3, 9.020213400944, 12.072290473708},
              {4, 15.521915458755, 37.376731689944},
              {8, 60.141780789069, 148.655016280991},
              {16, 238.642256635133, 592.875739857583},
              {32, 952.648079548543, 2369.587091125258}};
  for (const auto& row : rows) {
    const DualIsing dual(make_graph(torus({row.L, row.L})), beta_c);
    EXPECT_NEAR(dual.lnZ_minus_lnZ_spin(), row.field - row.spin, 1e-11 * row.field) << row.L;
  }
}

TEST(DualIsing, SmallestEigenvalueOfKIsATenthOnEveryGraph) {
  for (const Graph& graph :
       {make_graph(torus({3, 5})), make_graph({{4, 3}, {true, false}}), glass(24)}) {
    const DualIsing dual(graph, 0.7);
    Batch identity = Batch::Zero(graph.sites, graph.sites);
    identity.matrix().setIdentity();
    const Eigen::MatrixXd K = dual.kernel().apply(identity).matrix();
    const double smallest = linear::symmetric_eigenvalues(K)(0);
    EXPECT_NEAR(smallest, 0.1, 1e-13);
  }
}

TEST(DualIsing, FourierDenseAndSparsePathsAgree) {
  for (const auto& extents :
       std::vector<std::vector<Index>>{{4, 4}, {6, 5}, {2, 3, 4}, {7}, {8, 1}}) {
    const Graph graph = make_graph(torus(extents));
    const auto fourier = make_torus_kernel(graph, beta_c);
    const Batch x = draws_of_normals(9, graph.sites);
    Batch expected, got;
    fourier->apply_inverse(x, expected);
    for (const auto& kernel :
         {make_dense_kernel(graph, beta_c), make_sparse_kernel(graph, beta_c)}) {
      kernel->apply_inverse(x, got);
      EXPECT_LT(largest(got - expected), 1e-12 * largest(expected));
      EXPECT_NEAR(kernel->ln_det(), fourier->ln_det(), 1e-12 * static_cast<double>(graph.sites));
    }
    EXPECT_LT(largest(fourier->apply(expected) - x), 1e-12 * largest(x) * 10);
  }
}

TEST(DualIsing, SqrtTimesItsTransposeIsK) {
  for (const Graph& graph : {make_graph(torus({4, 6})), glass(24)}) {
    for (const bool is_sparse : {false, true}) {
      const auto kernel = is_sparse ? make_sparse_kernel(graph, 0.6) : make_dual_kernel(graph, 0.6);
      Batch identity = Batch::Zero(graph.sites, graph.sites);
      identity.matrix().setIdentity();
      // Row c holds R e_c, so the rows are the columns of R.
      const Eigen::MatrixXd columns = kernel->apply_sqrt(identity).matrix();
      const Eigen::MatrixXd K = kernel->apply(identity).matrix();
      EXPECT_LT((columns.transpose() * columns - K).cwiseAbs().maxCoeff(), 1e-13);
    }
  }
}

TEST(DualIsing, StencilIsTheFieldInOtherCoordinates) {
  for (Graph graph : {make_graph(torus({4, 6})), glass(24)}) {
    graph.field.assign(graph.torus.empty() ? graph.sites : 0, 0.3);
    const DualIsing dual(graph, 0.5);
    const DualStencil stencil(graph, 0.5);
    const Batch y = draws_of_normals(5, graph.sites);
    const Column expected = dual.log_density(stencil.to_field(y)) + dual.kernel().ln_det();
    EXPECT_LT((stencil.log_density(y) / expected - 1).abs().maxCoeff(), 1e-12);
    const Batch s = draws_of_normals(5, graph.sites, 1).sign(),
                n = draws_of_normals(5, graph.sites, 2);
    const Batch field = stencil.to_field(stencil.draw(0, std::array{Batch(), s}, n));
    EXPECT_LT(largest(field - dual.field_given_spins(s, n)), 1e-12 * largest(field));
  }
}

TEST(DualIsing, FieldsShiftTheCouplingOfSpinAndField) {
  // Two spins: ∫ e^{−E(x)} dx must be lnZ_spin plus the constant, by quadrature on a wide grid.
  const Graph graph{2, {{0, 1, 1.0}}, {0.4, -0.7}, {}};
  const double beta = 0.6;
  const DualIsing dual(graph, beta);
  const double step = 0.05;
  const Index points = 801;
  Batch x(points * points, 2);
  for (Index a = 0; a < points; ++a)
    for (Index b = 0; b < points; ++b)
      x.row(a * points + b) << (static_cast<double>(a) - 400) * step,
          (static_cast<double>(b) - 400) * step;
  double Z = 0;
  for (const int s : {-1, 1})
    for (const int t : {-1, 1}) Z += std::exp(beta * (s * t + 0.4 * s - 0.7 * t));
  const double integral = dual.log_density(x).exp().sum() * step * step;
  EXPECT_NEAR(std::log(integral), std::log(Z) + dual.lnZ_minus_lnZ_spin(), 1e-11);
}

TEST(DualIsing, SpinsFollowTheirConditional) {
  const DualIsing dual(make_graph(torus({4})), 0.4);
  const Batch x = draws_of_normals(3, 4);
  const Batch p_up = 1 / (1 + (-2 * x).exp());
  EXPECT_TRUE((dual.spins_given_field(x, p_up - 1e-12) == 1).all());
  EXPECT_TRUE((dual.spins_given_field(x, p_up + 1e-12) == -1).all());
}

}  // namespace
}  // namespace nmc
