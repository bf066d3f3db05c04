#pragma once

#include "drivers/figures/figure.hpp"
#include "drivers/page/sampled_column.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers::page {

/// How much of an observable a page shows.
struct Detail {
  Index points = 300;   ///< of a curve
  Index chains = 4;     ///< of a trace and of ranks
  bool is_full = true;  ///< whether running means and ranks are drawn
};

/// The draws of the first chains one after the other.
[[nodiscard]] figures::Figure trace_figure(const SampledColumn& column, const Detail& detail);

/// The mean of the first n draws of all chains with its error, that of the whole run times
/// sqrt(N/n), beside the exact value.
[[nodiscard]] figures::Figure running_mean_figure(const SampledColumn& column,
                                                  const ReportLine& line);

/// ρ(t) with its error, and the window up to which tau sums it.
[[nodiscard]] figures::Figure correlation_figure(const SampledColumn& column);

/// How often draws of each chain have which rank among those of all chains: 1 everywhere where
/// chains agree (Vehtari et al., Bayesian Analysis 16, 667 (2021), section 4.3).
[[nodiscard]] figures::Figure rank_figure(const SampledColumn& column, const ReportLine& line,
                                          const Detail& detail);

}  // namespace nmc::drivers::page
