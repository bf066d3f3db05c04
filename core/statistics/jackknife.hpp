#pragma once

#include <functional>
#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// A number computed from the means of several observables, (observables).
using FunctionOfMeans = std::function<double(const Column&)>;

struct JackknifeResult {
  double plain = not_a_number;           ///< f(means)
  double bias_corrected = not_a_number;  ///< n f - (n - 1) mean of the delete-one values
  double error = not_a_number;
  Index blocks = 0;
};

/// Delete-one-block jackknife of f (Efron 1982). Every chain is cut into `blocks_per_chain` equal
/// blocks, pooled over the chains; blocks must be longer than a few τ. Draws that do not fill a
/// block are left out, at the end of each chain. All observables have the same shape.
[[nodiscard]] JackknifeResult jackknife(const std::vector<Chains>& observables,
                                        const FunctionOfMeans& f, Index blocks_per_chain = 20);

}  // namespace nmc::statistics
