#include "samplers/simulation/binned_sums.hpp"

namespace nmc {

void BinnedSums::add(Index draw, bool is_first, const Batch& values) {
  const Index numbers = values.cols(), length = bins_.length(draw + 1);
  if (is_first && bins_.doubles_at(draw)) {
    for (Index bin = 0; bin < bins_.most / 2; ++bin)
      sums_.middleCols(bin * numbers, numbers) = sums_.middleCols(2 * bin * numbers, numbers) +
                                                 sums_.middleCols((2 * bin + 1) * numbers, numbers);
    sums_.rightCols(sums_.cols() - bins_.most / 2 * numbers).setZero();
  }
  const Index first = draw / length * numbers;
  if (first + numbers > sums_.cols()) {
    constexpr Index kFirstBins = 16;
    const Index held =
        std::clamp<Index>(2 * sums_.cols() / numbers, kFirstBins, std::max(kFirstBins, bins_.most));
    Batch grown = Batch::Zero(values.rows(), held * numbers);
    if (sums_.size() > 0) grown.leftCols(sums_.cols()) = sums_;
    sums_ = std::move(grown);
  }
  sums_.middleCols(first, numbers) += values;
}

}  // namespace nmc
