#include "physics/exact/kaufman.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/errors.hpp"
#include "physics/exact/jet.hpp"
#include "physics/exact/torus_series.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

namespace {

/// The torus as the formula sees it: rows of n sites with coupling K2 (L and d: index 0 of the
/// arrays), m rows with K1 >= 0 between them. All derivatives are by beta.
struct Rows {
  Index n = 0;
  double m = 0;
  double J1 = 0, J2 = 0;  ///< magnitudes
  bool is_row_frustrated = false, is_column_frustrated = false;
};

/// γ_l − base, with cosh γ_l = cosh 2K1* cosh 2K2 − sinh 2K1* sinh 2K2 cos θ_l, sinh 2K1 sinh 2K1*
/// =
/// 1. Far from the critical point base is the larger of 2K2 and 2K1*, so that what is left is small
/// and keeps all digits; it is 0 near it.
class Gammas {
 public:
  Gammas(double K1, double K2, const Rows& rows) : K1_{K1, rows.J1, 0}, K2_{K2, rows.J2, 0} {
    // Beyond these, e^{−2K} or tanh K is below e^{−2}: γ is far from 0.
    constexpr double cold = 1;
    const double warm = std::atanh(std::exp(-2));
    if (std::min(K1, K2) >= cold) {
      state_ = State::cold;
      p_ = exp(-2.0 * K1_), b_ = exp(-2.0 * K2_);
    } else if (std::max(K1, K2) <= warm) {
      state_ = State::warm;
      p_ = tanh(K2_), b_ = tanh(K1_);  // duality: K1 and K2* change places
    }
  }

  [[nodiscard]] bool is_near() const { return state_ == State::near; }
  /// ½ Σ over N sites of the base, with the factor (2 sinh 2K1)^{N/2}: per site.
  [[nodiscard]] Jet base_per_site() const {
    if (state_ == State::cold) return K1_ + K2_ + 0.5 * log1p(-1.0 * (p_ * p_));
    if (state_ == State::warm) return log_cosh(K1_) + std::numbers::ln2;
    return 0.5 * (log_2sinh(2.0 * K1_));
  }
  [[nodiscard]] Jet base() const {
    if (state_ == State::cold) return 2.0 * K2_;
    if (state_ == State::warm) return -1.0 * log(b_);
    return {};
  }
  /// cos θ = 1 − 2 sin²(θ/2).
  [[nodiscard]] Jet excess(double sine) const {
    if (state_ != State::near) return expanded(1 - 2 * sine * sine);
    // sinh²(γ/2) = sinh²(K2 − K1*) + (sinh 2K2 / sinh 2K1) sin²(θ/2): nothing cancels.
    const Jet crossing = 0.5 * (exp(0.5 * signed_crossing()) - exp(-0.5 * signed_crossing()));
    const Jet ratio = exp(log_2sinh(2.0 * K2_) - log_2sinh(2.0 * K1_));
    const Jet w = sqrt(crossing * crossing + (sine * sine) * ratio);
    return 2.0 * log(w + sqrt(w * w + 1));
  }
  /// 2(K2 − K1*) = 2 K2 + ln tanh K1: its sign is that of the ordered side, and must be kept.
  [[nodiscard]] Jet signed_crossing() const { return 2.0 * K2_ + log(tanh(K1_)); }
  /// 2(K2 + K1*).
  [[nodiscard]] Jet largest() const { return 2.0 * K2_ - log(tanh(K1_)); }

 private:
  enum class State { cold, near, warm };

  static Jet log_2sinh(const Jet& u) { return u + log(-1.0 * expm1(-2.0 * u)); }

  /// b e^γ = ½ (1 + d + √((1 + d)² − 4b²)), 1 + d = coth 2K1 (1 + b²) − cos θ (1 − b²)/sinh 2K1.
  [[nodiscard]] Jet expanded(double cosine) const {
    const Jet p2 = p_ * p_, b2 = b_ * b_, one_less = -1.0 * p2 + 1;
    const Jet d = (2.0 * p2 + b2 * (p2 + 1) - (2 * cosine) * (p_ * (-1.0 * b2 + 1))) / one_less;
    const Jet square = 2.0 * d + d * d - 4.0 * b2;
    const Jet e = square / (sqrt(square + 1) + 1);
    return log1p(0.5 * (d + e));
  }

  Jet K1_, K2_, p_, b_;
  State state_ = State::near;
};

/// Two of the four products, Π 2cosh(mγ/2) + Π 2sinh(mγ/2) over every other l. One factor of the
/// second may be negative or change its sign; it is tanh u, and the others stand in e^Λ.
struct Pair {
  Jet log_cosh_product;
  Jet lambda;        ///< Σ ln tanh(mγ/2) of the others
  Jet u{1e3, 0, 0};  ///< tanh 1
};

/// ln 2cosh(mγ/2) − m base/2, and ln tanh(mγ/2), of γ > 0.
void add_factor(double m, const Jet& excess, const Jet& base, Pair& pair) {
  const Jet tail = exp(-m * (excess + base));
  pair.log_cosh_product = pair.log_cosh_product + (m / 2) * excess + log1p(tail);
  pair.lambda = pair.lambda + log1p(-1.0 * tail) - log1p(tail);
}

/// ln of 1 + tanh(u) e^Λ. For u < 0 both terms of (1 + tanh u) + tanh u (e^Λ − 1) are positive.
Jet log_factor(const Pair& pair) {
  const Jet t = tanh(pair.u);
  if (pair.u.value >= 0) return log1p(t * exp(pair.lambda));
  const Jet q = exp(2.0 * pair.u);
  return log(2.0 * (q / (q + 1)) + t * expm1(pair.lambda));
}

std::array<Pair, 2> make_pairs(const Rows& rows, const Gammas& gammas) {
  std::array<Pair, 2> pairs;  // even l, odd l
  const Jet base = gammas.base();
  for (Index l = 0; l < 2 * rows.n; ++l) {
    Pair& pair = pairs[static_cast<std::size_t>(l % 2)];
    // With K2 < 0 in an odd row the smallest γ is that of l = n.
    const Index from_crossing = rows.is_row_frustrated ? std::abs(l - rows.n) : l;
    const double angle =
        std::numbers::pi * static_cast<double>(from_crossing) / static_cast<double>(2 * rows.n);
    const bool is_largest = rows.is_row_frustrated && l == 0;
    if (from_crossing != 0 && !is_largest) {
      add_factor(rows.m, gammas.excess(std::sin(angle)), base, pair);
      continue;
    }
    const double half = rows.is_row_frustrated ? -rows.m / 2 : rows.m / 2;
    pair.u = half * (is_largest ? gammas.largest() : gammas.signed_crossing());
    Pair own;
    if (gammas.is_near())
      own.log_cosh_product = log_cosh(pair.u) + std::numbers::ln2;
    else
      add_factor(rows.m, gammas.excess(std::sin(angle)), base, own);
    pair.log_cosh_product = pair.log_cosh_product + own.log_cosh_product;
  }
  return pairs;
}

/// ln of Z without the base: the odd pair, and the even one, which is the sector where all spins
/// flipped together change the sign. It is subtracted where an odd number of frustrated rows takes
/// that flip.
Jet log_sum(const Rows& rows, const std::array<Pair, 2>& pairs) {
  const Jet even = pairs[0].log_cosh_product + log_factor(pairs[0]);
  const Jet odd = pairs[1].log_cosh_product + log_factor(pairs[1]);
  const double sign = rows.is_column_frustrated ? -1 : 1;
  const Jet ratio = exp(even - odd);
  // Else every digit that cancels is lost.
  constexpr double most_cancelled = 0.999;
  require(sign > 0 || ratio.value < most_cancelled,
          "Kaufman's formula loses its digits to cancellation: both extents are odd and both "
          "couplings antiferromagnetic, at too low a temperature");
  return odd + log1p(sign * ratio) + -std::numbers::ln2;
}

Rows rows_of(const UniformTorus& torus) {
  // A frustrated direction lies along the rows, where nothing cancels.
  const bool turns = torus.is_frustrated(1) && !torus.is_frustrated(0);
  const std::size_t row = turns ? 1 : 0, column = 1 - row;
  return {torus.extents[row],
          static_cast<double>(torus.extents[column]),
          std::abs(torus.J[column]),
          std::abs(torus.J[row]),
          torus.is_frustrated(static_cast<int>(row)),
          torus.is_frustrated(static_cast<int>(column))};
}

}  // namespace

Exact kaufman(const UniformTorus& torus, double beta) {
  check_beta(beta);
  const auto [lx, ly] = torus.extents;
  require(lx >= 2 && ly >= 2,
          fmt::format("Kaufman's formula needs extents of 2 or more, not {}x{}", lx, ly));
  require(torus.J[0] != 0 && torus.J[1] != 0,
          "Kaufman's formula needs a coupling in both directions, not 0");
  const double sites = static_cast<double>(lx) * static_cast<double>(ly);
  if (beta == 0) {
    Exact exact;
    exact.method = "Kaufman";
    exact.lnZ = sites * std::numbers::ln2;
    exact.energy = exact.heat = 0;
    exact.entropy = exact.lnZ;
    return exact;
  }
  if (auto exact = torus_series(torus, beta)) return *exact;
  const Rows rows = rows_of(torus);
  const Gammas gammas(beta * rows.J1, beta * rows.J2, rows);
  const Jet lnZ = sites * gammas.base_per_site() + log_sum(rows, make_pairs(rows, gammas));
  Exact exact;
  exact.method = "Kaufman";
  exact.lnZ = lnZ.value;
  exact.energy = -lnZ.first;
  exact.heat = beta * (beta * lnZ.second);
  exact.entropy = exact.lnZ + beta * *exact.energy;
  require(
      std::isfinite(exact.lnZ) && std::isfinite(*exact.heat),
      fmt::format("beta = {} is outside the range of Kaufman's formula in double precision", beta));
  return exact;
}

Exact ising_ring(Index extent, double beta, double J) {
  check_beta(beta);
  require(extent >= 2, fmt::format("a ring needs 2 spins or more, not {}", extent));
  require(J > 0 || extent % 2 == 0,
          "an odd antiferromagnetic ring is frustrated; its closed formula loses all digits");
  const auto n = static_cast<double>(extent);
  const Jet K{beta * std::abs(J), std::abs(J), 0};
  // Z = (2 cosh K)^L (1 + tanh^L K); tanh^L K = e^{L ln tanh K}.
  const Jet bonds = n * (log_cosh(K) + std::numbers::ln2);
  const double q = std::exp(-2 * K.value), one_less_q = -std::expm1(-2 * K.value);
  Jet closing;
  if (K.value > 0) {
    const double slope = 4 * q / (one_less_q * (1 + q));  // 2 / sinh 2K
    const Jet log_tanh{std::log(one_less_q / (1 + q)), slope,
                       -2 * slope * (1 + q * q) / (one_less_q * (1 + q))};
    closing = log1p(exp(n * compose(log_tanh, K)));
  }
  const Jet lnZ = bonds + closing;
  Exact exact;
  exact.method = "transfer matrix";
  exact.lnZ = lnZ.value;
  exact.energy = -lnZ.first;
  exact.heat = beta * (beta * lnZ.second);
  // ln 2cosh K − K tanh K = ln(1 + q) + 2 K q/(1 + q): K itself does not cancel.
  exact.entropy =
      n * (std::log1p(q) + 2 * K.value * q / (1 + q)) + closing.value - beta * closing.first;
  return exact;
}

}  // namespace nmc
