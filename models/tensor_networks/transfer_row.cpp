#include "models/tensor_networks/transfer_row.hpp"

#include <algorithm>
#include <cmath>

namespace nmc {
namespace {

/// Labels of two rows in one column.
struct LabelPair {
  int t = 0;
  int u = 0;
};

/// Which labels a column hears of, as digits of a number.
class Carried {
 public:
  Carried(Index labels, bool is_crossed, bool is_ring)
      : labels_(static_cast<int>(labels)),
        of_column_(is_crossed ? labels_ * labels_ : labels_),
        is_crossed_(is_crossed),
        is_ring_(is_ring) {}

  [[nodiscard]] int states() const { return is_ring_ ? of_column_ * of_column_ : of_column_; }
  [[nodiscard]] int number(LabelPair last, LabelPair first) const {
    return pair(last) + (is_ring_ ? of_column_ * pair(first) : 0);
  }
  [[nodiscard]] LabelPair last(int state) const { return of(state % of_column_); }
  [[nodiscard]] LabelPair first(int state) const { return of(state / of_column_); }

 private:
  [[nodiscard]] int pair(LabelPair own) const {
    return own.u + (is_crossed_ ? labels_ * own.t : 0);
  }
  [[nodiscard]] LabelPair of(int pair) const { return {pair / labels_, pair % labels_}; }

  int labels_;
  int of_column_;
  bool is_crossed_;
  bool is_ring_;
};

/// The terms of a column with itself and with the columns that it hears of.
class ColumnTerms {
 public:
  ColumnTerms(const RowCouplings& couplings, const LabelCoupling& coupling, Index row, Index column)
      : couplings_(couplings), coupling_(coupling), row_(row), column_(column) {}

  [[nodiscard]] double exponent(LabelPair own, LabelPair last, LabelPair first) const {
    double sum = -couplings_.at(row_ + 1, column_).field * coupling_.v(own.u) -
                 upper(column_).down * e(own.t, own.u);
    if (column_ > 0) sum += joined(column_ - 1, last, own);
    if (closes()) sum += joined(column_, own, first);
    return sum;
  }
  /// Nothing that exponent() could be is larger.
  [[nodiscard]] double largest() const {
    const double single = std::abs(*std::ranges::max_element(coupling_.single, {}, to_size));
    const double pair = std::abs(*std::ranges::max_element(coupling_.pair, {}, to_size));
    double sum = single * std::abs(couplings_.at(row_ + 1, column_).field) +
                 pair * std::abs(upper(column_).down);
    if (column_ > 0) sum += pair * size(column_ - 1);
    if (closes()) sum += pair * size(column_);
    return sum;
  }

 private:
  static double to_size(double x) { return std::abs(x); }
  [[nodiscard]] bool closes() const {
    return couplings_.is_ring && column_ + 1 == couplings_.width;
  }
  [[nodiscard]] const RowCouplings::Cell& upper(Index column) const {
    return couplings_.at(row_, column);
  }
  [[nodiscard]] Index next(Index column) const { return (column + 1) % couplings_.width; }
  [[nodiscard]] double e(int a, int b) const { return coupling_.e(a, b); }
  /// Between a column and the one to its right.
  [[nodiscard]] double joined(Index column, LabelPair left, LabelPair right) const {
    const RowCouplings::Cell& cell = upper(column);
    return -couplings_.at(row_ + 1, column).right * e(left.u, right.u) -
           cell.down_right * e(left.t, right.u) -
           upper(next(column)).down_left * e(right.t, left.u) +
           cell.square * e(left.t, right.t) * e(left.u, right.u);
  }
  [[nodiscard]] double size(Index column) const {
    return std::abs(couplings_.at(row_ + 1, column).right) + std::abs(upper(column).down_right) +
           std::abs(upper(next(column)).down_left) + std::abs(upper(column).square);
  }

  const RowCouplings& couplings_;
  const LabelCoupling& coupling_;
  Index row_;
  Index column_;
};

}  // namespace

TransferRow transfer_row(const RowCouplings& couplings, const LabelCoupling& coupling, Index row) {
  const Carried carried(coupling.states, couplings.is_crossed(row), couplings.is_ring);
  const int labels = static_cast<int>(coupling.states);
  TransferRow result;
  for (Index column = 0; column < couplings.width; ++column) {
    const ColumnTerms terms(couplings, coupling, row, column);
    const double largest = terms.largest();
    const bool is_first = column == 0, is_last = column + 1 == couplings.width;
    TransferSite site{labels, is_first ? 1 : carried.states(), is_last ? 1 : carried.states(), {}};
    for (int state = 0; state < site.before; ++state)
      for (int pair = 0; pair < labels * labels; ++pair) {
        const LabelPair own{pair / labels, pair % labels};
        const LabelPair first = is_first ? own : carried.first(state);
        const double exponent = terms.exponent(own, carried.last(state), first);
        site.ways.push_back(
            {is_last ? 0 : carried.number(own, first), std::exp(exponent - largest)});
      }
    result.log_scale += largest;
    result.sites.push_back(std::move(site));
  }
  return result;
}

}  // namespace nmc
