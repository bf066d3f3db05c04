#include "physics/exact/xy_torus.hpp"

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "physics/exact/bessel.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;
using Currents = std::array<Index, 3>;  ///< on the bonds above a row; 0 beyond its width

/// Rows with the same total current, and where each is.
struct Sector {
  std::vector<Currents> rows;
  std::map<Currents, Index> place;
};

struct MatrixJet {
  MatrixXd value, first, second;
};

MatrixJet operator*(const MatrixJet& a, const MatrixJet& b) {
  return {a.value * b.value, a.first * b.value + a.value * b.first,
          a.second * b.value + 2 * a.first * b.first + a.value * b.second};
}

/// a^power, power >= 1.
MatrixJet power_of(const MatrixJet& a, Index power) {
  if (power == 1) return a;
  const MatrixJet half = power_of(a, power / 2), whole = half * half;
  return power % 2 == 0 ? whole : whole * a;
}

constexpr double most_rows = 4e6;  // that are looked at

class CharacterSum {
 public:
  CharacterSum(const XyTorus& torus, double beta, double precision)
      : torus_(torus),
        beta_(beta),
        along_(beta, torus.J_along, precision),
        across_(beta, torus.width > 1 ? torus.J_across : 0, precision) {
    list_rows(precision);
  }

  /// CPU seconds, estimated: products of full matrices.
  [[nodiscard]] double seconds() const {
    const double products =
        6 * std::log2(static_cast<double>(torus_.length)) + static_cast<double>(torus_.length);
    double cubes = 0;
    for (const auto& [Q, sector] : sectors_)
      cubes += std::pow(static_cast<double>(sector.rows.size()), 3);
    return 0.4e-9 * cubes * products;
  }

  [[nodiscard]] XyTorusSums sums() {
    scale_ = 1 / growth();
    const bool has_m2 = numbers_of_powers() < most_numbers;
    Jet Z;
    double square = 0;
    for (const auto& [Q, sector] : sectors_) {
      const MatrixJet T = matrix(sector);
      if (has_m2) add_powers(Q, T.value);
      if (Q < 0) continue;  // n → −n: the same as of −Q
      const double signs = Q > 0 ? 2 : 1;
      const MatrixJet all = power_of(T, torus_.length);
      Z = Z + signs * Jet{all.value.trace(), all.first.trace(), all.second.trace()};
      square += signs * static_cast<double>(Q * Q) * all.value.trace();
    }
    const auto width = static_cast<double>(torus_.width);
    const auto length = static_cast<double>(torus_.length);
    const double sites = width * length;
    const double bonds =
        std::abs(torus_.J_along) + (torus_.width > 1 ? std::abs(torus_.J_across) : 0);
    const Jet lnZ = log(Z);
    XyTorusSums sums;
    sums.lnZ = sites * (std::log(2 * std::numbers::pi) + beta_ * bonds) + lnZ.value -
               length * std::log(scale_);
    sums.energy = -lnZ.first;
    sums.heat = beta_ * beta_ * lnZ.second;
    if (has_m2) sums.m2 = correlations() / (sites * Z.value);
    if (beta_ > 0) sums.helicity_modulus = length * square / (width * beta_ * Z.value);
    return sums;
  }

 private:
  static constexpr double most_numbers = 1 << 25;  ///< 256 MiB

  [[nodiscard]] double numbers_of_powers() const {
    double squares = 0;
    for (const auto& [Q, sector] : sectors_)
      squares += std::pow(static_cast<double>(sector.rows.size()), 2);
    return squares * static_cast<double>(torus_.length + 1);
  }

  /// By how much a row multiplies the sum over states without a current, about: powers of T over
  /// it stay within the range of doubles.
  [[nodiscard]] double growth() {
    const MatrixXd T = matrix(sectors_.at(0)).value;
    Eigen::VectorXd state = Eigen::VectorXd::Ones(T.rows());
    double norm = 1;
    for (int step = 0; step < 60; ++step) {
      state = T * state / norm;
      norm = state.norm();
    }
    return norm;
  }

  void list_rows(double precision) {
    const Index most = along_.most();
    const double largest = std::pow(along_(0).value, static_cast<double>(torus_.width));
    const Index second = torus_.width > 1 ? most : 0, third = torus_.width > 2 ? most : 0;
    for (Index a = -most; a <= most; ++a)
      for (Index b = -second; b <= second; ++b)
        for (Index c = -third; c <= third; ++c) {
          const Currents row{a, b, c};
          if (std::abs(weight(row).value) < precision * largest) continue;
          Sector& sector = sectors_[a + b + c];
          sector.place[row] = std::ssize(sector.rows);
          sector.rows.push_back(row);
        }
  }

  /// Π_y I_{n_y}.
  [[nodiscard]] Jet weight(const Currents& row) const {
    Jet product{1, 0, 0};
    for (Index y = 0; y < torus_.width; ++y)
      product = product * along_(row[static_cast<std::size_t>(y)]);
    return product;
  }

  [[nodiscard]] Jet within_row(const Currents& d) {
    if (torus_.width == 1) return {1, 0, 0};
    const auto [found, is_new] = within_.try_emplace(d);
    if (is_new) {
      for (Index m = -2 * across_.most(); m <= 2 * across_.most(); ++m) {
        Jet product{1, 0, 0};
        Index current = m;
        for (Index y = 0; y < torus_.width; ++y) {
          current += d[static_cast<std::size_t>(y)];
          product = product * across_(current);
        }
        found->second = found->second + product;
      }
    }
    return found->second;
  }

  [[nodiscard]] MatrixJet matrix(const Sector& sector) {
    const auto n = std::ssize(sector.rows);
    MatrixJet T{MatrixXd(n, n), MatrixXd(n, n), MatrixXd(n, n)};
    for (Index j = 0; j < n; ++j) {
      const Currents& to = sector.rows[static_cast<std::size_t>(j)];
      const Jet links = scale_ * weight(to);
      for (Index i = 0; i < n; ++i) {
        const Currents& from = sector.rows[static_cast<std::size_t>(i)];
        const Jet entry = within_row({from[0] - to[0], from[1] - to[1], from[2] - to[2]}) * links;
        T.value(i, j) = entry.value;
        T.first(i, j) = entry.first;
        T.second(i, j) = entry.second;
      }
    }
    return T;
  }

  /// T^0 … T^length of a sector.
  void add_powers(Index Q, const MatrixXd& T) {
    std::vector<MatrixXd>& powers = powers_[Q];
    powers.push_back(MatrixXd::Identity(T.rows(), T.cols()));
    for (Index k = 0; k < torus_.length; ++k) powers.push_back(powers.back() * T);
  }

  /// Σ over all sites x of Z ⟨e^{i(θ_0 − θ_x)}⟩: the current is one more from the row of 0 to that
  /// of x, k further on,
  ///   Σ_{n, m} T^k_{Q+1}(n + e_0, m) T^{length−k}_Q(m − e_y, n).
  [[nodiscard]] double correlations() const {
    double sum = 0;
    for (const auto& [Q, sector] : sectors_) {
      const auto above = sectors_.find(Q + 1);
      if (above == sectors_.end()) continue;
      for (Index y = 0; y < torus_.width; ++y) sum += correlation(Q, sector, above->second, y);
    }
    return sum;
  }

  [[nodiscard]] double correlation(Index Q, const Sector& sector, const Sector& above,
                                   Index y) const {
    std::vector<std::pair<Index, Index>> raised, lowered;  // places in both sectors
    for (const auto& [row, place] : sector.place) {
      for (const Index site : {Index{0}, y}) {
        Currents up = row;
        ++up[static_cast<std::size_t>(site)];
        const auto found = above.place.find(up);
        if (found == above.place.end()) continue;
        if (site == 0) raised.emplace_back(place, found->second);
        if (site == y) lowered.emplace_back(place, found->second);
        if (y == 0) break;
      }
    }
    double sum = 0;
    const std::vector<MatrixXd>&of = powers_.at(Q), &of_above = powers_.at(Q + 1);
    for (Index k = 0; k < torus_.length; ++k)
      for (const auto& [n, n_up] : raised)
        for (const auto& [m_down, m] : lowered)
          sum += of_above[static_cast<std::size_t>(k)](n_up, m) *
                 of[static_cast<std::size_t>(torus_.length - k)](m_down, n);
    return sum;
  }

  XyTorus torus_;
  double beta_;
  double scale_ = 1;
  BondCharacters along_, across_;
  std::map<Index, Sector> sectors_;
  std::map<Currents, Jet> within_;
  std::map<Index, std::vector<MatrixXd>> powers_;
};

}  // namespace

std::optional<XyTorusSums> xy_torus_sums(const XyTorus& torus, double beta, double cpu_seconds,
                                         double precision) {
  const double most = static_cast<double>(BondCharacters(beta, torus.J_along, precision).most());
  if (std::pow(2 * most + 1, static_cast<double>(torus.width)) > most_rows) return std::nullopt;
  CharacterSum sum(torus, beta, precision);
  if (sum.seconds() > cpu_seconds) return std::nullopt;
  return sum.sums();
}

}  // namespace nmc
