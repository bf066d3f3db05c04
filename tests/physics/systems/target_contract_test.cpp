#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/funnel.hpp"
#include "physics/systems/many_well.hpp"
#include "physics/systems/rings.hpp"
#include "physics/systems/scattered_mixture.hpp"
#include "physics/systems/toy.hpp"
#include "physics/systems/xy.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

using testing::expect_gradient_is_derivative;
using testing::expect_rows_are_independent;
using testing::normals;

struct Case {
  std::string name;
  std::function<std::unique_ptr<Target>()> make;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

Graph random_graph() {
  Graph graph = make_graph({{5, 4}, {true, false}});
  const Batch J = normals(1, static_cast<Index>(graph.bonds.size()), 3);
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = J(0, static_cast<Index>(b));
  graph.field.assign(graph.sites, 0.2);
  return graph;
}

std::vector<Case> cases() {
  const Eigen::MatrixXd square = normals(6, 6, 9).matrix();
  const Eigen::MatrixXd covariance = square * square.transpose() + Eigen::MatrixXd::Identity(6, 6);
  return {
      {"DualTorus",
       [] {
         return std::make_unique<DualIsing>(make_graph(torus({6, 4})), 0.44);
       }},
      {"DualOddTorus",
       [] {
         return std::make_unique<DualIsing>(make_graph(torus({3, 5, 2})), 0.3);
       }},
      {"DualGlass", [] { return std::make_unique<DualIsing>(random_graph(), 0.8); }},
      {"DualSparse",
       [] {
         const Graph graph = make_graph({{6, 4}, {false, false}});
         return std::make_unique<DualIsing>(graph, 0.4, make_sparse_kernel(graph, 0.4));
       }},
      {"StencilTorus",
       [] {
         return std::make_unique<DualStencil>(make_graph(torus({6, 4})), 0.44);
       }},
      {"StencilGlass", [] { return std::make_unique<DualStencil>(random_graph(), 0.8); }},
      {"Gaussian",
       [covariance] {
         return std::make_unique<Gaussian>(Eigen::VectorXd::LinSpaced(6, -1, 1), covariance);
       }},
      {"XyTorus",
       [] {
         return std::make_unique<XyModel>(make_graph(torus({4, 3})), 1.1);
       }},
      {"XyGlassInAField", [] { return std::make_unique<XyModel>(random_graph(), 0.8); }},
      {"Ring", [] { return std::make_unique<Ring>(2.0, 0.4); }},
      {"Rings", [] { return std::make_unique<Rings>(3, 0.4); }},
      {"Mixture",
       [] { return std::make_unique<GaussianMixture>(GaussianMixture::polygon(8, 4, 0.7)); }},
      {"Funnel", [] { return std::make_unique<Funnel>(5, 3.0); }},
      {"ManyWell", [] { return std::make_unique<ManyWell>(3, DoubleWell{}); }},
      {"ScatteredMixture",
       [] {
         return std::make_unique<GaussianMixture>(scattered_mixture({5, 3, 2.0, 0.7, 1}));
       }},
  };
}

class TargetContract : public ::testing::TestWithParam<Case> {};

TEST_P(TargetContract, GradientIsDerivative) {
  const auto target = GetParam().make();
  expect_gradient_is_derivative(*target, normals(5, target->sites()));
}

TEST_P(TargetContract, GradientIsDerivativeFarOut) {
  const auto target = GetParam().make();
  expect_gradient_is_derivative(*target, 30 * normals(5, target->sites()));
}

TEST_P(TargetContract, RowsAreIndependent) {
  const auto target = GetParam().make();
  expect_rows_are_independent(*target, normals(19, target->sites()));
}

INSTANTIATE_TEST_SUITE_P(Physics, TargetContract, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace nmc
