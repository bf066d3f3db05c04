#include "physics/exact/phi4_rows.hpp"

#include <cmath>

namespace nmc {

namespace {

using Eigen::MatrixXd;

std::vector<RowStates::Half> halves(const BondBasis& basis, Index sites, double precision) {
  std::vector<RowStates::Half> list;
  for (int k = 0; k < basis.size(); ++k) {
    if (sites == 1 && basis.eigenvalue(k) > precision) list.push_back({k, -1});
    for (int l = 0; sites == 2 && l < basis.size(); ++l)
      if (basis.eigenvalue(k) * basis.eigenvalue(l) > precision) list.push_back({k, l});
  }
  return list;
}

double weight(const BondBasis& basis, const RowStates::Half& half) {
  return basis.eigenvalue(half[0]) * (half[1] < 0 ? 1 : basis.eigenvalue(half[1]));
}

bool is_odd(const BondBasis& basis, const RowStates::Half& half) {
  return basis.is_odd(half[0]) != (half[1] >= 0 && basis.is_odd(half[1]));
}

/// Π over the sites of a half, as matrices between its outer bonds, with powers of Σφ: 1, Σφ,
/// (Σφ)², and with φ⁴ on the first site.
struct HalfJet {
  std::array<MatrixXd, 3> power;
  MatrixXd phi4;
};

/// ∫ w φ^p … of one site as a matrix between its bonds to the left and to the right.
class Sites {
 public:
  explicit Sites(const BondBasis& basis)
      : n_(basis.size()),
        power_{basis.site(0), basis.site(1), basis.site(2)},
        phi4_(basis.site(4)) {}

  [[nodiscard]] HalfJet half(const RowStates::Half& below, const RowStates::Half& above) const {
    HalfJet first;
    for (int p = 0; p < 3; ++p) first.power[p] = at(power_[p], below[0], above[0]);
    first.phi4 = at(phi4_, below[0], above[0]);
    if (below[1] < 0) return first;
    std::array<MatrixXd, 3> second;
    for (int p = 0; p < 3; ++p) second[p] = at(power_[p], below[1], above[1]);
    const auto& f = first.power;
    return {{f[0] * second[0], f[1] * second[0] + f[0] * second[1],
             f[2] * second[0] + 2 * f[1] * second[1] + f[0] * second[2]},
            first.phi4 * second[0]};
  }

 private:
  [[nodiscard]] MatrixXd at(const MatrixXd& site, int below, int above) const {
    const Eigen::VectorXd row = site.col(below + n_ * above);
    return Eigen::Map<const MatrixXd>(row.data(), n_, n_);
  }
  Eigen::Index n_;
  std::array<MatrixXd, 3> power_;
  MatrixXd phi4_;
};

using HalfTable = std::vector<HalfJet>;  ///< by (below, above)

HalfTable half_table(const Sites& sites, const std::vector<RowStates::Half>& halves,
                     bool transposed) {
  HalfTable table;
  for (const auto& below : halves)
    for (const auto& above : halves) {
      table.push_back(sites.half(below, above));
      if (!transposed) continue;
      for (MatrixXd& matrix : table.back().power) matrix.transposeInPlace();
      table.back().phi4.transposeInPlace();
    }
  return table;
}

/// Tr of the ring of both halves; the right one is stored transposed.
double ring(const MatrixXd& left, const MatrixXd& right) {
  return left.cwiseProduct(right).sum();
}

}  // namespace

RowStates::RowStates(const BondBasis& basis, Index width, double precision)
    : left(halves(basis, (width + 1) / 2, precision)),
      right(halves(basis, width / 2, precision)),
      functions_(basis.size()) {
  for (std::size_t l = 0; l < left.size(); ++l)
    for (std::size_t r = 0; r < right.size(); ++r)
      if (weight(basis, left[l]) * weight(basis, right[r]) > precision)
        (is_odd(basis, left[l]) == is_odd(basis, right[r]) ? even : odd)
            .push_back({static_cast<int>(l), static_cast<int>(r)});
}

double RowStates::seconds(Index length) const {
  const auto halves = static_cast<double>(left.size() * left.size() + right.size() * right.size());
  const auto rows = static_cast<double>(even.size() + odd.size());
  const double table = 7 * halves * functions_ * functions_ * functions_;
  const double elements = 4 * rows * rows * functions_ * functions_;
  const Index half = length / 2;  // rows of one of the two factors
  const double products = 2 * rows * rows * rows * static_cast<double>(half);
  return 0.1e-9 * (table + elements + products);
}

RowMatrices row_matrices(const BondBasis& basis, const RowStates& states) {
  const Sites sites(basis);
  const HalfTable left = half_table(sites, states.left, false);
  const HalfTable right = half_table(sites, states.right, true);
  const auto pair = [&](const RowStates::Row& below, const RowStates::Row& above) {
    return std::pair<const HalfJet&, const HalfJet&>(
        left[below[0] * states.left.size() + above[0]],
        right[below[1] * states.right.size() + above[1]]);
  };
  RowMatrices result;
  const auto fill = [&](const std::vector<RowStates::Row>& rows, MatrixXd& zeroth, MatrixXd& second,
                        MatrixXd& phi4) {
    const auto n = static_cast<Eigen::Index>(rows.size());
    for (MatrixXd* matrix : {&zeroth, &second, &phi4}) matrix->resize(n, n);
    for (Eigen::Index j = 0; j < n; ++j)
      for (Eigen::Index i = j; i < n; ++i) {
        const auto& [l, r] = pair(rows[i], rows[j]);
        zeroth(i, j) = zeroth(j, i) = ring(l.power[0], r.power[0]);
        second(i, j) = second(j, i) = ring(l.power[2], r.power[0]) +
                                      2 * ring(l.power[1], r.power[1]) +
                                      ring(l.power[0], r.power[2]);
        phi4(i, j) = phi4(j, i) = ring(l.phi4, r.power[0]);
      }
  };
  fill(states.even, result.row.even, result.row.even_second, result.even_phi4);
  fill(states.odd, result.row.odd, result.row.odd_second, result.odd_phi4);
  MatrixXd& first = result.row.first;
  first.resize(static_cast<Eigen::Index>(states.even.size()),
               static_cast<Eigen::Index>(states.odd.size()));
  for (Eigen::Index j = 0; j < first.cols(); ++j)
    for (Eigen::Index i = 0; i < first.rows(); ++i) {
      const auto& [l, r] = pair(states.even[i], states.odd[j]);
      first(i, j) = ring(l.power[1], r.power[0]) + ring(l.power[0], r.power[1]);
    }
  return result;
}

}  // namespace nmc
