#include "physics/exact/phi4_exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physics/exact/bond_basis.hpp"
#include "physics/exact/free_field_exact.hpp"
#include "physics/exact/phi4_rows.hpp"

namespace nmc {

namespace {

/// States of a row and functions of a bond below this share of the first are left out.
constexpr double row_precision = 1e-9, bond_precision = 1e-13;
/// Of rows with states of a hundred times that, and how far both may lie apart: what is left out is
/// some fifth of it.
constexpr double rough_precision = 1e-7, most_left_out = 3e-5;

/// (A B) for powers of one symmetric matrix that depends on h: with derivatives at h = 0.
RowJet product(const RowJet& a, const RowJet& b) {
  RowJet ab;
  ab.even = a.even * b.even;
  ab.odd = a.odd * b.odd;
  ab.first = a.even * b.first + a.first * b.odd;
  ab.even_second = a.even * b.even_second + a.even_second * b.even;
  ab.even_second += 2 * (a.first * b.first.transpose());
  ab.odd_second = a.odd * b.odd_second + a.odd_second * b.odd;
  ab.odd_second += 2 * (a.first.transpose() * b.first);
  return ab;
}

/// Tr A B of symmetric matrices.
double trace(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.cwiseProduct(b).sum();
}

double trace_second(const RowJet& a, const RowJet& b) {
  return trace(a.even, b.even_second) + trace(a.even_second, b.even) + trace(a.odd, b.odd_second) +
         trace(a.odd_second, b.odd) + 4 * trace(a.first, b.first);
}

/// A torus of rows.
struct RowTorus {
  Index length;      ///< their number
  Index sites;       ///< of all
  double log_scale;  ///< of the weight, per site
};

Exact solve(const RowMatrices& rows, const RowTorus& torus, double lambda) {
  const Index length = torus.length;
  // M^length = a b, and one row of a may hold φ⁴.
  RowJet a = rows.row;
  Eigen::MatrixXd even4 = rows.even_phi4, odd4 = rows.odd_phi4;
  for (Index k = 1; k < length / 2; ++k) {
    even4 *= rows.row.even;
    odd4 *= rows.row.odd;
    a = product(a, rows.row);
  }
  const RowJet b = length % 2 == 0 ? a : product(a, rows.row);
  const double z = trace(a.even, b.even) + trace(a.odd, b.odd);
  const auto volume = static_cast<double>(torus.sites);
  Exact exact;
  exact.method = "transfer matrix";
  exact.lnZ = std::log(z) + volume * torus.log_scale;
  exact.m2 = trace_second(a, b) / z / (volume * volume);
  exact.phi4 = (trace(even4, b.even) + trace(odd4, b.odd)) / z;
  exact.action = 0.5 - lambda * *exact.phi4;
  return exact;
}

// The eigenvalues of flat potentials fall slowly, and with them what states left out are worth. Not
// a number is no agreement.
bool agree(const Exact& fine, const Exact& rough) {
  const auto are_near = [](double a, double b) {
    return std::abs(a - b) <= most_left_out * std::abs(a);
  };
  return std::abs(fine.lnZ - rough.lnZ) <= most_left_out && are_near(*fine.m2, *rough.m2) &&
         are_near(*fine.phi4, *rough.phi4);
}

}  // namespace

ExactAnswer exact_phi4(const Lattice& lattice, double m_squared, double lambda,
                       const ExactEffort& effort) {
  const bool is_plane = lattice.is_torus() && lattice.dimension() == 2 &&
                        *std::min_element(lattice.extents.begin(), lattice.extents.end()) >= 2;
  const Index width = is_plane ? std::min(lattice.extents[0], lattice.extents[1]) : 0;
  if (lambda == 0) return {exact_free_field(lattice, m_squared), ""};
  if (width < 2 || width > 4)
    return {std::nullopt,
            fmt::format("no exact method is known for phi^4 on {}; the transfer matrix reaches "
                        "two-dimensional tori with a side of 2, 3 or 4",
                        lattice.describe())};
  const Index length = lattice.sites() / width;
  const BondBasis basis(m_squared, lambda, bond_precision);
  const RowStates states(basis, width, row_precision);
  const double seconds = states.seconds(length);
  if (seconds > effort.cpu_seconds)
    return {std::nullopt,
            fmt::format("the transfer matrix of phi^4 on {} takes about {:.2g} s of CPU time; the "
                        "limit is {:.3g} s (nmc exact --limit SECONDS)",
                        lattice.describe(), seconds, effort.cpu_seconds)};
  const RowTorus torus{length, lattice.sites(), basis.log_scale()};
  const Exact exact = solve(row_matrices(basis, states), torus, lambda);
  const RowStates fewer(basis, width, rough_precision);
  if (!basis.is_fine() || !agree(exact, solve(row_matrices(basis, fewer), torus, lambda)))
    return {std::nullopt,
            fmt::format("at m2 = {:g} and lambda = {:g} the field spreads so far that the transfer "
                        "matrix of phi^4 does not converge with the states that it keeps",
                        m_squared, lambda)};
  return {exact, ""};
}

}  // namespace nmc
