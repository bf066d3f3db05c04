#include "models/tensor_networks/transfer_row.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

/// Spins of two rows in one column, 0 or 1.
struct SpinPair {
  int t = 0;
  int u = 0;
};

double sign_of(int spin) {
  return spin == 0 ? 1 : -1;
}

/// Which spins a column hears of, as bits of a number.
class Carried {
 public:
  Carried(bool is_crossed, bool is_ring) : is_crossed_(is_crossed), is_ring_(is_ring) {}

  [[nodiscard]] int states() const { return 1 << bits(); }
  [[nodiscard]] int number(SpinPair last, SpinPair first) const {
    int state = pair(last);
    if (is_ring_) state |= pair(first) << (bits() / 2);
    return state;
  }
  [[nodiscard]] SpinPair last(int state) const { return {state >> 1 & 1, state & 1}; }
  [[nodiscard]] SpinPair first(int state) const { return last(state >> (bits() / 2)); }

 private:
  [[nodiscard]] int bits() const { return (is_crossed_ ? 2 : 1) * (is_ring_ ? 2 : 1); }
  [[nodiscard]] int pair(SpinPair spins) const {
    return spins.u | (is_crossed_ ? spins.t << 1 : 0);
  }

  bool is_crossed_;
  bool is_ring_;
};

/// The terms of a column with itself and with the columns that it hears of.
class ColumnTerms {
 public:
  ColumnTerms(const RowCouplings& couplings, Index row, Index column)
      : couplings_(couplings), row_(row), column_(column) {}

  [[nodiscard]] double exponent(SpinPair own, SpinPair last, SpinPair first) const {
    const double t = sign_of(own.t), u = sign_of(own.u);
    double sum = couplings_.at(row_ + 1, column_).field * u + upper(column_).down * t * u;
    if (column_ > 0) sum += joined(column_ - 1, last, own);
    if (closes()) sum += joined(column_, own, first);
    return sum;
  }
  /// Nothing that exponent() could be is larger.
  [[nodiscard]] double largest() const {
    double sum = std::abs(couplings_.at(row_ + 1, column_).field) + std::abs(upper(column_).down);
    if (column_ > 0) sum += size(column_ - 1);
    if (closes()) sum += size(column_);
    return sum;
  }

 private:
  [[nodiscard]] bool closes() const {
    return couplings_.is_ring && column_ + 1 == couplings_.width;
  }
  [[nodiscard]] const RowCouplings::Cell& upper(Index column) const {
    return couplings_.at(row_, column);
  }
  [[nodiscard]] Index next(Index column) const { return (column + 1) % couplings_.width; }
  /// Between a column and the one to its right.
  [[nodiscard]] double joined(Index column, SpinPair left, SpinPair right) const {
    const double t = sign_of(left.t), u = sign_of(left.u);
    const double t_right = sign_of(right.t), u_right = sign_of(right.u);
    return couplings_.at(row_ + 1, column).right * u * u_right +
           upper(column).down_right * t * u_right + upper(next(column)).down_left * t_right * u +
           upper(column).square * t * t_right * u * u_right;
  }
  [[nodiscard]] double size(Index column) const {
    return std::abs(couplings_.at(row_ + 1, column).right) + std::abs(upper(column).down_right) +
           std::abs(upper(next(column)).down_left) + std::abs(upper(column).square);
  }

  const RowCouplings& couplings_;
  Index row_;
  Index column_;
};

}  // namespace

TransferRow transfer_row(const RowCouplings& couplings, Index row) {
  const Carried carried(couplings.is_crossed(row), couplings.is_ring);
  TransferRow result;
  for (Index column = 0; column < couplings.width; ++column) {
    const ColumnTerms terms(couplings, row, column);
    const bool is_first = column == 0, is_last = column + 1 == couplings.width;
    TransferSite site{is_first ? 1 : carried.states(), is_last ? 1 : carried.states(), {}};
    for (int state = 0; state < site.before; ++state)
      for (int spins = 0; spins < 4; ++spins) {
        const SpinPair own{spins >> 1, spins & 1};
        const SpinPair first = is_first ? own : carried.first(state);
        const double exponent = terms.exponent(own, carried.last(state), first);
        site.ways.push_back(
            {is_last ? 0 : carried.number(own, first), std::exp(exponent - terms.largest())});
      }
    result.log_scale += terms.largest();
    result.sites.push_back(std::move(site));
  }
  return result;
}

}  // namespace nmc
