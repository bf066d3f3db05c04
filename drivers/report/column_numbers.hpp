#pragma once

#include "core/statistics/summary.hpp"
#include "drivers/report/draw_column.hpp"

/// Numbers of a column of any length, in one pass over it.
namespace nmc::drivers {

/// Of a large column from its blocks (DrawBlocks::summary()).
[[nodiscard]] statistics::ChainSummary summary_of(const DrawColumn& column);
[[nodiscard]] double sum_of(const DrawColumn& column);
[[nodiscard]] double mean_of(const DrawColumn& column);
/// A draw of a mixture holds NaN for the parts that it did not run.
[[nodiscard]] double mean_of_finite(const DrawColumn& column);
[[nodiscard]] bool is_finite(const DrawColumn& column);
/// Of `accepted`: draws in a row that one chain rejected, and chains that rejected all.
[[nodiscard]] Index longest_rejections(const DrawColumn& accepted);
[[nodiscard]] Index count_never_moved(const DrawColumn& accepted);
/// All draws, or of a longer column some of them at equal distances.
[[nodiscard]] statistics::Chains thinned(const DrawColumn& column, Index most_numbers);

}  // namespace nmc::drivers
