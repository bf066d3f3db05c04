#include "models/generators/weights.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"

namespace nmc {

Standard standard_of(const Batch& x) {
  Standard standard;
  standard.centre = x.colwise().mean().transpose();
  const Batch deviations = x.rowwise() - standard.centre.transpose();
  standard.scale = std::sqrt(deviations.square().mean());
  require(standard.scale > 0, "all rows of the data are the same: there is nothing to learn");
  return standard;
}

Batch standardised(const Standard& standard, const Batch& x) {
  return (x.rowwise() - standard.centre.transpose()) / standard.scale;
}

Batch restored(const Standard& standard, const Batch& y) {
  return (standard.scale * y).rowwise() + standard.centre.transpose();
}

std::vector<int> net_widths(Index inputs, Index hidden, Index outputs, Index depth) {
  std::vector<int> widths{static_cast<int>(inputs)};
  if (hidden > 0)
    widths.insert(widths.end(), static_cast<std::size_t>(depth), static_cast<int>(hidden));
  widths.push_back(static_cast<int>(outputs));
  return widths;
}

void scatter_weights(const std::vector<int>& widths, const Streams& streams,
                     std::span<double> parameters) {
  Batch u(1, std::ssize(parameters));
  fill_uniform(streams, u);
  std::ranges::fill(parameters, 0.0);
  std::size_t first = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const double width = std::sqrt(3.0 / widths[l]);
    const auto weights =
        static_cast<std::size_t>(widths[l]) * static_cast<std::size_t>(widths[l + 1]);
    for (std::size_t i = first; i < first + weights; ++i)
      parameters[i] = width * (2 * u(0, static_cast<Index>(i)) - 1);
    first += weights + static_cast<std::size_t>(widths[l + 1]);
  }
}

}  // namespace nmc
