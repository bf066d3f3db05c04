#pragma once

#include "core/statistics/significance.hpp"
#include "tests/contracts/causal_architectures.hpp"

namespace nmc::test {

/// How often each row of all_configurations() is among the rows of s.
inline Column counts(const Batch& s) {
  Column count = Column::Zero(Index{1} << s.cols());
  for (Index row = 0; row < s.rows(); ++row) ++count(configuration_number(s, row));
  return count;
}

/// Probability that independent draws are as far from `p` as the counts (Pearson's chi^2); what is
/// expected fewer than 10 times is counted together.
inline double agreement(const Column& count, const Column& p) {
  const Column expected = count.sum() * p;
  double chi_square = 0, cells = 0, rest_count = 0, rest_expected = 0;
  const auto add = [&](double seen, double wanted) {
    chi_square += (seen - wanted) * (seen - wanted) / wanted;
    ++cells;
  };
  for (Index k = 0; k < count.size(); ++k) {
    if (expected(k) >= 10) {
      add(count(k), expected(k));
    } else {
      rest_count += count(k);
      rest_expected += expected(k);
    }
  }
  if (rest_expected >= 10) add(rest_count, rest_expected);
  return statistics::chi_square_p(chi_square, cells - 1);
}

}  // namespace nmc::test
