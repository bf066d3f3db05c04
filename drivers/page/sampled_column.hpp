#pragma once

#include "drivers/report/draw_column.hpp"

namespace nmc::drivers::page {

/// What figures of one observable are made of, in bounded memory.
struct SampledColumn {
  std::string name;
  Index draws = 0, chains = 0;  ///< of the column
  /// Every `every`-th draw, all of them where the column is not large, (…, chains).
  statistics::Chains thinned;
  Index every = 1;
  /// Draws that follow each other, the last ones, for what is measured in lags, (…, chains).
  statistics::Chains last;
  /// Mean over all chains of the draws up to places[i].
  std::vector<double> places, running;
};

/// In one pass over the column, and a second one over its end where it is large.
[[nodiscard]] SampledColumn sample_column(const DrawColumn& column);

}  // namespace nmc::drivers::page
