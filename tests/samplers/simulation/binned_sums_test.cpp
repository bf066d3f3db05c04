#include "samplers/simulation/binned_sums.hpp"

#include <gtest/gtest.h>

namespace nmc {
namespace {

Batch values_of(Index draw, Index measurement) {
  Batch values(2, 3);
  for (Index i = 0; i < values.size(); ++i)
    values.data()[i] = static_cast<double>(100 * draw + 10 * measurement + i);
  return values;
}

TEST(BinnedSums, AreTheSumsOfTheirDraws) {
  const statistics::DrawBins bins{8};
  constexpr Index kMeasurements = 2;
  BinnedSums sums(bins, {});
  for (Index draw = 0; draw < 100; ++draw) {
    for (Index m = 0; m < kMeasurements; ++m) sums.add(draw, m == 0, values_of(draw, m));
    const Index draws = draw + 1, length = bins.length(draws);
    const Batch found = sums.sums(draws, 3);
    ASSERT_EQ(found.cols(), 3 * bins.begun(draws));
    for (Index bin = 0; bin < bins.begun(draws); ++bin) {
      Batch expected = Batch::Zero(2, 3);
      for (Index d = bin * length; d < std::min(draws, (bin + 1) * length); ++d)
        for (Index m = 0; m < kMeasurements; ++m) expected += values_of(d, m);
      ASSERT_TRUE((found.middleCols(3 * bin, 3) == expected).all()) << draws << " " << bin;
    }
    if (draw % 7 == 0) sums = BinnedSums(bins, sums.sums(draws, 3));  // through a checkpoint
  }
}

}  // namespace
}  // namespace nmc
