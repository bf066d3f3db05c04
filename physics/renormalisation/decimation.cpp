#include "physics/renormalisation/decimation.hpp"

#include <cmath>
#include <numbers>

namespace nmc {

Decimated decimate_chain(double K) {
  // ½ ln cosh 2K, without cancellation where K is small and without overflow where it is large.
  const double sinh_K = std::sinh(K);
  const double half =
      std::abs(K) < 1
          ? 0.5 * std::log1p(2 * sinh_K * sinh_K)
          : std::abs(K) + 0.5 * (std::log1p(std::exp(-4 * std::abs(K))) - std::numbers::ln2);
  return {half, std::numbers::ln2 + half};
}

}  // namespace nmc
