#pragma once

#include <span>
#include <vector>

#include "core/random/streams.hpp"

namespace nmc {

/// Where numbers lie that a generator computes with: x = centre + scale · y.
struct Standard {
  Column centre;  ///< (units)
  double scale = 1;
};

/// The mean of every unit, and the root of the mean variance. UserError where no unit varies.
[[nodiscard]] Standard standard_of(const Batch& x);
[[nodiscard]] Batch standardised(const Standard& standard, const Batch& x);
[[nodiscard]] Batch restored(const Standard& standard, const Batch& y);

/// Widths of a net from `inputs` to `outputs` with `depth` hidden layers of `hidden` units; of none
/// it is linear.
[[nodiscard]] std::vector<int> net_widths(Index inputs, Index hidden, Index outputs, Index depth);

/// Weights of a TanhNet to begin with, uniform of variance 1/inputs, the last layer's too; biases
/// 0.
void scatter_weights(const std::vector<int>& widths, const Streams& streams,
                     std::span<double> parameters);

}  // namespace nmc
