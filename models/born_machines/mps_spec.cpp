#include "models/born_machines/mps_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Strided = Eigen::Map<const RowMajor, 0, Eigen::OuterStride<>>;

/// A(s) of the vector that its rows make beside each other: 1 ⊗ A(s).
Eigen::MatrixXd beside(const Eigen::MatrixXd& A, Index copies) {
  Eigen::MatrixXd wide = Eigen::MatrixXd::Zero(copies * A.rows(), copies * A.cols());
  for (Index k = 0; k < copies; ++k) wide.block(k * A.rows(), k * A.cols(), A.rows(), A.cols()) = A;
  return wide;
}

}  // namespace

Index MpsSpec::parameter_count() const {
  Index count = 0;
  for (Index place = 0; place < sites; ++place) count += left(place) * 2 * right(place);
  return count;
}

std::vector<Index> full_bonds(Index sites, Index chi, MpsEnds ends) {
  std::vector<Index> bonds(static_cast<std::size_t>(sites + 1), chi);
  if (ends == MpsEnds::periodic) return bonds;
  constexpr Index kMostShift = 40;  // beyond any chi
  for (Index cut = 0; cut <= sites; ++cut)
    bonds[static_cast<std::size_t>(cut)] =
        std::min(chi, Index{1} << std::min({cut, sites - cut, kMostShift}));
  return bonds;
}

void check(const MpsSpec& spec) {
  require(spec.chi >= 1, fmt::format("chi = {}: a bond has one dimension at least; 16 is a good "
                                     "beginning",
                                     spec.chi));
  check_order(spec.order, spec.sites);
  require(std::ssize(spec.bonds) == spec.sites + 1,
          fmt::format("{} bonds of {} sites: there is one to the left of each and one to the right "
                      "of the last",
                      spec.bonds.size(), spec.sites));
  for (const Index bond : spec.bonds)
    require(bond >= 1, fmt::format("a bond of {}: each has one dimension at least", bond));
  const Index first = spec.bonds.front(), last = spec.bonds.back();
  if (spec.ends == MpsEnds::open)
    require(first == 1 && last == 1,
            fmt::format("an open chain of matrices ends in bonds of {} and {}, and both are 1",
                        first, last));
  else
    require(first == last, fmt::format("a ring of matrices is closed by one bond, and has {} and "
                                       "{} there",
                                       first, last));
}

std::vector<SpinMatrices> unpack(const MpsSpec& spec, std::span<const double> numbers) {
  std::vector<SpinMatrices> chain(static_cast<std::size_t>(spec.sites));
  const double* at = numbers.data();
  for (Index place = 0; place < spec.sites; ++place) {
    const Index left = spec.left(place), right = spec.right(place);
    for (Index s = 0; s < 2; ++s)
      chain[static_cast<std::size_t>(place)][static_cast<std::size_t>(s)] =
          Strided(at + s * right, left, right, Eigen::OuterStride<>(2 * right));
    at += left * 2 * right;
  }
  return chain;
}

std::vector<double> pack(const std::vector<SpinMatrices>& chain) {
  std::vector<double> numbers;
  for (const SpinMatrices& A : chain)
    for (Index row = 0; row < A[0].rows(); ++row)
      for (const Eigen::MatrixXd& of_spin : A)
        for (Index column = 0; column < of_spin.cols(); ++column)
          numbers.push_back(of_spin(row, column));
  return numbers;
}

std::vector<Index> bonds_of(const std::vector<SpinMatrices>& chain) {
  std::vector<Index> bonds{chain.front()[0].rows()};
  for (const SpinMatrices& A : chain) bonds.push_back(A[0].cols());
  return bonds;
}

std::vector<SpinMatrices> as_open(const MpsSpec& spec, std::vector<SpinMatrices> chain) {
  if (spec.ends == MpsEnds::open) return chain;
  const Index copies = spec.bonds.front();
  for (SpinMatrices& A : chain)
    for (Eigen::MatrixXd& of_spin : A) of_spin = beside(of_spin, copies);
  // The rows of 1 beside each other before the first matrix, and the trace after the last.
  const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(copies, copies);
  const Eigen::Map<const Eigen::RowVectorXd> ends(one.data(), copies * copies);
  for (Eigen::MatrixXd& of_spin : chain.front()) of_spin = (ends * of_spin).eval();
  for (Eigen::MatrixXd& of_spin : chain.back()) of_spin = (of_spin * ends.transpose()).eval();
  return chain;
}

}  // namespace nmc
