#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/roles/all_states.hpp"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/graphs/planar_lattices.hpp"
#include "physics/graphs/second_neighbours.hpp"
#include "physics/quantum/diagonalise.hpp"
#include "physics/quantum/free_fermions.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "physics/quantum/lanczos.hpp"
#include "physics/quantum/state_vector.hpp"
#include "physics/quantum/two_halves.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

nlohmann::json reference() {
  std::ifstream file(tests::test_data() + "/quantum/ground_states.json");
  return nlohmann::json::parse(file);
}

Lattice chain(Index sites, bool is_periodic) {
  return {{sites}, {is_periodic}};
}

MatrixXd kronecker(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd product(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i)
    for (Index j = 0; j < a.cols(); ++j)
      product.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  return product;
}

/// A product of Pauli matrices by its definition, with i for each Y left out; site 0 is the lowest
/// bit, which is the last factor.
MatrixXd plain_product(const std::string& letters, const std::vector<Index>& at, Index sites) {
  const Eigen::Matrix2d I = Eigen::Matrix2d::Identity();
  const Eigen::Matrix2d X{{0, 1}, {1, 0}}, Y_over_i{{0, -1}, {1, 0}}, Z{{1, 0}, {0, -1}};
  MatrixXd product = MatrixXd::Ones(1, 1);
  for (Index site = sites - 1; site >= 0; --site) {
    Eigen::Matrix2d factor = I;
    for (std::size_t k = 0; k < at.size(); ++k)
      if (at[k] == site) factor = letters[k] == 'X' ? X : letters[k] == 'Y' ? Y_over_i : Z;
    product = kronecker(product, factor);
  }
  return product;
}

MatrixXd matrix_of(const PauliSum& H) {
  const VectorOperator whole(H);
  MatrixXd matrix(whole.size(), whole.size());
  for (Index state = 0; state < whole.size(); ++state)
    matrix.col(state) = whole.apply(Eigen::VectorXd::Unit(whole.size(), state), Threads());
  return matrix;
}

/// The same by what elements() says of configurations.
MatrixXd matrix_by_elements(const Operator& H) {
  const Index size = Index{1} << H.sites();
  Batch s(size, H.sites());
  for (Index state = 0; state < size; ++state)
    for (Index i = 0; i < H.sites(); ++i) s(state, i) = (state >> i & 1) != 0 ? -1 : 1;
  const Batch elements = H.elements(s);
  MatrixXd matrix = MatrixXd::Zero(size, size);
  for (Index state = 0; state < size; ++state)
    for (std::size_t k = 0; k < H.flips().size(); ++k) {
      Index to = state;
      for (const Index site : H.flips()[k]) to ^= Index{1} << site;
      matrix(to, state) += elements(state, static_cast<Index>(k));
    }
  return matrix;
}

TEST(PauliSum, EqualsTheKroneckerProductsOfItsMatrices) {
  PauliSum H(10);  // beyond a block of the vectors
  MatrixXd plain = MatrixXd::Zero(1024, 1024);
  const auto add = [&](double c, const std::string& letters, const std::vector<Index>& sites) {
    H.add(c, letters, sites);
    const auto pairs = std::ranges::count(letters, 'Y') / 2;
    plain += (pairs % 2 == 0 ? c : -c) * plain_product(letters, sites, 10);
  };
  add(0.3, "", {});
  add(-0.7, "X", {9});
  add(0.4, "XYZY", {2, 0, 9, 8});
  add(1.1, "YY", {0, 8});
  add(-0.2, "ZX", {1, 3});
  add(0.9, "YYYY", {1, 3, 5, 9});
  EXPECT_LT((matrix_of(H) - plain).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LT((matrix_by_elements(H) - plain).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_DOUBLE_EQ(H.trace_per_state(), 0.3);
}

TEST(PauliSum, TurnedAboutZHasTheSameSpectrumAndOtherSigns) {
  const Graph ring = make_graph(chain(6, true));
  const PauliSum H = heisenberg(ring, {}, {});
  const PauliSum turned = turned_about_z(H, two_halves(ring).value());
  const MatrixXd before = matrix_of(H), after = matrix_of(turned);
  const auto values = linear::symmetric_eigenvalues;
  EXPECT_LT((values(before) - values(after)).cwiseAbs().maxCoeff(), 1e-12);
  for (Index i = 0; i < after.rows(); ++i)
    for (Index j = 0; j < i; ++j) EXPECT_LE(after(i, j), 0);
  PauliSum strings(3);  // with Y and Z beside what is turned
  strings.add(0.5, "YYZ", {0, 1, 2});
  strings.add(0.2, "XZ", {1, 0});
  const MatrixXd U = plain_product("Z", {1}, 3);
  EXPECT_LT((matrix_of(turned_about_z(strings, {false, true, false})) -
             U * matrix_of(strings) * U.transpose())
                .cwiseAbs()
                .maxCoeff(),
            1e-14);
}

TEST(PauliSum, KnowsWhetherItKeepsTheMagnetisation) {
  const Graph ring = make_graph(chain(4, true));
  EXPECT_TRUE(heisenberg(ring, {}, {0.3, 0}).keeps_magnetisation());
  EXPECT_TRUE(transverse_ising(ring, 0).keeps_magnetisation());
  EXPECT_FALSE(transverse_ising(ring, 1).keeps_magnetisation());
  PauliSum xy(2);
  xy.add(1, "XX", {0, 1});
  EXPECT_FALSE(xy.keeps_magnetisation());
  xy.add(1, "YY", {0, 1});
  EXPECT_TRUE(xy.keeps_magnetisation());
}

TEST(PauliSum, RefusesWhatIsNoRealProduct) {
  PauliSum H(3);
  EXPECT_NE(message_of([&] { H.add(1, "Y", {0}); }).find("odd number of Y"), std::string::npos);
  EXPECT_THROW(H.add(1, "X", {3}), UserError);
  EXPECT_THROW(H.add(1, "XZ", {1, 1}), UserError);
  EXPECT_THROW(H.add(1, "Q", {1}), UserError);
  EXPECT_THROW(H.add(NAN, "X", {1}), UserError);
}

TEST(Lanczos, FindsTheLowestStatesAlsoWhereTheyAreDegenerate) {
  // H of 6 sites without a transverse field: 2 ground states, all states of the basis.
  const PauliSum H = transverse_ising(make_graph(chain(6, true)), 0);
  const VectorOperator whole(H);
  const auto product = [&](const Eigen::VectorXd& x) { return whole.apply(x, Threads()); };
  const LowestState first = lowest_state(product, whole.size());
  const LowestState second = lowest_state(product, whole.size(), {&first.vector});
  const LowestState third = lowest_state(product, whole.size(), {&first.vector, &second.vector});
  EXPECT_NEAR(first.value, -6, 1e-12);
  EXPECT_NEAR(second.value, -6, 1e-12);
  EXPECT_NEAR(third.value, -2, 1e-11);
  EXPECT_LT(std::abs(first.vector.dot(second.vector)), 1e-10);
  EXPECT_EQ(diagonalise(H).gap, 0);
  EXPECT_FALSE(diagonalise(H).m2.has_value());
}

TEST(ExactDiagonalisation, AgreesWithReferenceGroundStates) {
  const nlohmann::json data = reference();
  Index cases = 0;
  for (const auto& row : data["tfim"]["cases"]) {
    const Index sites = row["N"];
    if (sites > 10) continue;
    const Exact exact =
        diagonalise(transverse_ising(make_graph(chain(sites, row["bc"] == "periodic")), row["h"]));
    SCOPED_TRACE(row.dump());
    EXPECT_NEAR(*exact.energy, row["E0"].get<double>(), 1e-11);
    EXPECT_NEAR(*exact.m2, row["mz2"].get<double>(), 1e-9);
    EXPECT_NEAR(*exact.mx, row["mx"].get<double>(), 1e-9);
    ++cases;
  }
  EXPECT_EQ(cases, 24);
}

TEST(ExactDiagonalisation, AgreesWithReferenceEnergiesOfTheHeisenbergModel) {
  const nlohmann::json data = reference();
  Index cases = 0;
  for (const auto& row : data["heisenberg"]["cases"]) {
    const std::string name = row["lattice"];
    if (name == "chain80" || name == "square4x4" || name == "chain16") continue;
    const Lattice lattice = chain(std::stoi(name.substr(5)), row["bc"] == "periodic");
    const double J2 = row["J2"];
    const BondList second = J2 != 0 ? second_neighbours(lattice) : BondList();
    const Exact exact = diagonalise(heisenberg(make_graph(lattice), second, {1, J2}));
    SCOPED_TRACE(row.dump());
    EXPECT_NEAR(*exact.energy, row["E0"].get<double>(), 1e-11);
    if (J2 == 0.5) {  // the two dimer states of Majumdar and Ghosh
      EXPECT_EQ(exact.gap, 0);
    }
    ++cases;
  }
  EXPECT_EQ(cases, 6);
}

TEST(ExactDiagonalisation, IsTheSameForAnyNumberOfThreads) {
  const PauliSum H = transverse_ising(triangular_graph({{4, 3}, {true, true}}), 1.3);
  EXPECT_EQ(*diagonalise(H, 1).energy, *diagonalise(H, 3).energy);
}

TEST(ExactDiagonalisation, RefusesWhatWouldTakeLongerThanIsGiven) {
  const PauliSum H = transverse_ising(make_graph(chain(20, true)), 1);
  EXPECT_NE(exact_ground_state(H, {}).reason.find("--limit"), std::string::npos);
  EXPECT_NE(
      exact_ground_state(transverse_ising(make_graph(chain(21, true)), 1), {.cpu_seconds = 1e9})
          .reason.find("goes to 20"),
      std::string::npos);
}

TEST(FreeFermions, AgreeWithReferenceEnergiesAndWithAllStates) {
  const nlohmann::json data = reference();
  for (const auto& row : data["tfim"]["cases"]) {
    const Graph graph = make_graph(chain(row["N"], row["bc"] == "periodic"));
    const double h = row["h"];
    const Exact free = free_fermions(graph, h).value();
    SCOPED_TRACE(row.dump());
    EXPECT_NEAR(*free.energy, row["E0"].get<double>(), 1e-11);
    if (graph.sites > 8) continue;
    const Exact all = diagonalise(transverse_ising(graph, h));
    EXPECT_NEAR(*free.gap, *all.gap, 1e-9);
    if (free.mx) {
      EXPECT_NEAR(*free.mx, *all.mx, 1e-9);
    }
  }
}

TEST(FreeFermions, TakeAnyCouplingsOfAnOpenChainAndRingsThatAreNotFrustrated) {
  Graph open = make_graph(chain(7, false));
  double J = 0.3;
  std::vector<Bond> bonds = open.bonds.list();
  for (Bond& bond : bonds) bond.J = (J = 1.7 - J * J);
  std::swap(bonds.front(), bonds.back());
  open.bonds = BondList(bonds);
  const Exact all = diagonalise(transverse_ising(open, -0.8));
  EXPECT_NEAR(*free_fermions(open, -0.8)->energy, *all.energy, 1e-12);
  EXPECT_NEAR(*free_fermions(open, -0.8)->gap, *all.gap, 1e-9);

  Graph ring = make_graph(chain(6, true));
  scale_bonds(ring, -0.7);
  EXPECT_NEAR(*free_fermions(ring, 0.9)->energy, *diagonalise(transverse_ising(ring, 0.9)).energy,
              1e-12);
  Graph odd = make_graph(chain(5, true));
  scale_bonds(odd, -1);
  EXPECT_FALSE(free_fermions(odd, 1).has_value());
  EXPECT_FALSE(free_fermions(make_graph({{3, 3}, {true, true}}), 1).has_value());
  add_uniform_field(open, 0.1);
  EXPECT_FALSE(free_fermions(open, 1).has_value());
}

TEST(SecondNeighbours, AreTheDiagonalsOfASquareAndTheNextButOneOfAChain) {
  EXPECT_EQ(second_neighbours(chain(10, true)).size(), 10U);
  EXPECT_EQ(second_neighbours(chain(10, false)).size(), 8U);
  EXPECT_EQ(second_neighbours({{4, 4}, {true, true}}).size(), 32U);
  EXPECT_EQ(second_neighbours({{4, 3}, {false, true}}).size(), 18U);
  EXPECT_THROW((void)second_neighbours(chain(3, true)), UserError);
}

TEST(TwoHalves, AreFoundWhereNoRingIsOdd) {
  EXPECT_EQ(two_halves(make_graph(chain(4, true))).value(),
            (std::vector<bool>{true, false, true, false}));
  EXPECT_FALSE(two_halves(make_graph(chain(5, true))).has_value());
  EXPECT_TRUE(two_halves(make_graph({{4, 4}, {true, true}})).has_value());
}

}  // namespace
}  // namespace nmc
