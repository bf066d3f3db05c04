#include "samplers/cluster/surrogate.hpp"

#include <Eigen/Core>

#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "samplers/cluster/cluster_random.hpp"

namespace nmc {
namespace {

constexpr Index kRowsPerNumber = 10;

/// Without pairs whose couplings cancel, which cost time in every cluster.
Adjacency without_zeros(const Adjacency& all) {
  Adjacency some;
  some.first.push_back(0);
  for (std::size_t i = 0; i + 1 < all.first.size(); ++i) {
    for (Index n = all.first[i]; n < all.first[i + 1]; ++n) {
      const auto at = static_cast<std::size_t>(n);
      if (all.J[at] == 0) continue;
      some.neighbour.push_back(all.neighbour[at]);
      some.J.push_back(all.J[at]);
    }
    some.first.push_back(std::ssize(some.neighbour));
  }
  return some;
}

}  // namespace

SurrogateFit::SurrogateFit(Index classes)
    : products_(Eigen::MatrixXd::Zero(classes + 2, classes + 2)) {}

void SurrogateFit::add(const Batch& sums, const Column& energy, const Column& weight) {
  Eigen::MatrixXd row(sums.rows(), products_.cols());
  row.col(0) = energy.matrix();
  row.col(1).setOnes();
  row.rightCols(sums.cols()) = -sums.matrix();
  products_ += row.transpose() * weight.matrix().asDiagonal() * row;
  rows_ += sums.rows();
}

std::vector<double> SurrogateFit::couplings() const {
  const Index unknown = products_.cols() - 1;
  require(rows_ >= kRowsPerNumber * unknown,
          std::to_string(rows_) + " configurations for a surrogate of " + std::to_string(unknown) +
              " numbers: too few to fit it; raise run.warmup or chains, "
              "or give J");
  // Of classes that are not independent, as on small lattices, the shortest solution.
  const Eigen::VectorXd solution = linear::shortest_solution(
      products_.bottomRightCorner(unknown, unknown), products_.col(0).tail(unknown));
  return {solution.data() + 1, solution.data() + solution.size()};
}

std::vector<double> SurrogateFit::numbers() const {
  std::vector<double> all{static_cast<double>(rows_)};
  all.insert(all.end(), products_.data(), products_.data() + products_.size());
  return all;
}

std::size_t SurrogateFit::size() const {
  return static_cast<std::size_t>(products_.size()) + 1;
}

void SurrogateFit::set_numbers(std::span<const double> numbers) {
  require(numbers.size() == size(), "the sums of a fit are those of other classes");
  rows_ = static_cast<Index>(numbers[0]);
  products_ =
      Eigen::Map<const Eigen::MatrixXd>(numbers.data() + 1, products_.rows(), products_.cols());
}

Batch class_sums(const BondClasses& classes, const Batch& s) {
  Batch sums = Batch::Zero(s.rows(), std::ssize(classes));
  for (std::size_t n = 0; n < classes.size(); ++n)
    for (const Bond& bond : classes[n])
      sums.col(static_cast<Index>(n)) += bond.J * s.col(bond.i) * s.col(bond.j);
  return sums;
}

SurrogateBonds make_surrogate(const Graph& system, double beta, const BondClasses& classes,
                              std::span<const double> couplings) {
  Graph surrogate, residual;
  surrogate.sites = residual.sites = system.sites;
  residual.bonds = system.bonds;
  for (std::size_t n = 0; n < classes.size(); ++n)
    for (const Bond& bond : classes[n]) {
      surrogate.bonds.push_back({bond.i, bond.j, couplings[n] * bond.J});
      residual.bonds.push_back({bond.i, bond.j, -couplings[n] * bond.J});
    }
  SurrogateBonds bonds;
  bonds.beta = beta;
  bonds.bonds = without_zeros(adjacency(surrogate));
  bonds.residual = without_zeros(adjacency(residual));
  for (const double J : bonds.bonds.J)
    bonds.threshold.push_back(threshold_of(bond_probability(beta, std::abs(J))));
  bonds.plaquettes = plaquettes_by_site(system);
  bonds.field = system.field;
  return bonds;
}

}  // namespace nmc
