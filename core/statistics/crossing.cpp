#include "core/statistics/crossing.hpp"

#include <cmath>
#include <optional>

namespace nmc::statistics {
namespace {

// Places are many and their noise is one: at two standard errors the sign of curves that have
// merged would be wrong too often.
constexpr double kSureErrors = 3;

struct RowPair {
  Index a = 0, b = 0;
};

/// Two curves and their difference.
struct TwoCurves {
  const BlockedCurve &a, &b;

  [[nodiscard]] double difference(double x, RowPair rows) const {
    return a.value(x, rows.a) - b.value(x, rows.b);
  }
  /// Over its standard error; NaN where there is none, 0 where rounding makes it.
  [[nodiscard]] double significance(double x) const {
    if (std::abs(difference(x, {})) <= kRounding * std::abs(a.value(x, 0))) return 0;
    const auto error_of = [x](const BlockedCurve& curve) {
      Column rows(1 + curve.blocks(x));
      for (Index row = 0; row < rows.size(); ++row) rows(row) = curve.value(x, row);
      return jackknifed(rows).error;
    };
    return difference(x, {}) / std::hypot(error_of(a), error_of(b));
  }
};

/// False position with the Illinois rule (Dowell and Jarratt, BIT 11, 168 (1971)); NaN where the
/// ends have one sign.
double root_between(double left, double right, const std::function<double(double)>& f) {
  constexpr int kMostSteps = 100;
  constexpr double kPrecision = 1e-13;
  double at_left = f(left), at_right = f(right);
  if (!(at_left * at_right <= 0)) return not_a_number;
  double x = left;
  for (int step = 0; step < kMostSteps; ++step) {
    if (at_right == at_left) return left;
    x = (left * at_right - right * at_left) / (at_right - at_left);
    const double here = f(x);
    if (here == 0 || std::abs(right - left) < kPrecision * std::abs(x)) return x;
    if (here * at_right < 0) {
      left = right;
      at_left = at_right;
    } else {
      at_left /= 2;
    }
    if (std::abs(x - right) < kPrecision * std::abs(x)) return x;
    right = x;
    at_right = here;
  }
  return x;
}

/// A place where the sign of the difference is sure.
struct Sure {
  double x = 0, sign = 0;
  std::size_t piece = 0;
};

std::vector<Sure> sure_places(const TwoCurves& curves,
                              const std::vector<std::vector<double>>& pieces) {
  std::vector<Sure> sure;
  for (std::size_t p = 0; p < pieces.size(); ++p)
    for (const double x : pieces[p]) {
      const double z = curves.significance(x);
      if (std::abs(z) >= kSureErrors) sure.push_back({x, z > 0 ? 1.0 : -1.0, p});
    }
  return sure;
}

int count_changes(const TwoCurves& curves, const std::vector<double>& places, double from,
                  double to) {
  int changes = 0;
  double before = curves.difference(from, {});
  for (const double x : places) {
    if (x <= from || x > to) continue;
    const double here = curves.difference(x, {});
    changes += before * here < 0 ? 1 : 0;
    before = here;
  }
  return changes;
}

/// Roots and values there with the blocks of one curve left out one by one; row 0 with all data.
struct Roots {
  Column x, value;
};

Roots roots_of(const TwoCurves& curves, const Sure& from, const Sure& to, bool of_a) {
  const Index rows = 1 + (of_a ? curves.a : curves.b).blocks(from.x);
  Roots roots{Column(rows), Column(rows)};
  for (Index row = 0; row < rows; ++row) {
    const RowPair pair = of_a ? RowPair{row, 0} : RowPair{0, row};
    roots.x(row) = root_between(from.x, to.x, [&](double x) { return curves.difference(x, pair); });
    roots.value(row) = curves.a.value(roots.x(row), pair.a);
  }
  return roots;
}

ReweightedValue joined(const Column& of_a, const Column& of_b) {
  const ReweightedValue a = jackknifed(of_a), b = jackknifed(of_b);
  return {a.value, std::hypot(a.error, b.error)};
}

}  // namespace

Crossing find_crossing(const BlockedCurve& a, const BlockedCurve& b,
                       const std::vector<std::vector<double>>& pieces) {
  const TwoCurves curves{a, b};
  const std::vector<Sure> sure = sure_places(curves, pieces);
  Crossing crossing;
  std::optional<std::size_t> place;  // of the last change
  for (std::size_t i = 1; i < sure.size(); ++i)
    if (sure[i].sign != sure[i - 1].sign) {
      crossing.changes.push_back((sure[i - 1].x + sure[i].x) / 2);
      place = i;
    }
  if (!place) return crossing;
  const Sure &from = sure[*place - 1], &to = sure[*place];
  crossing.outcome = CrossingOutcome::several;
  if (crossing.changes.size() > 1) return crossing;
  crossing.outcome = CrossingOutcome::gap;
  if (from.piece != to.piece) return crossing;
  crossing.outcome = CrossingOutcome::several;
  if (count_changes(curves, pieces[from.piece], from.x, to.x) != 1) return crossing;
  const Roots by_a = roots_of(curves, from, to, true), by_b = roots_of(curves, from, to, false);
  crossing.outcome = CrossingOutcome::found;
  crossing.x = joined(by_a.x, by_b.x);
  crossing.value = joined(by_a.value, by_b.value);
  return crossing;
}

}  // namespace nmc::statistics
