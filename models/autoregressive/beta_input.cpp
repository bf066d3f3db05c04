#include "models/autoregressive/beta_input.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {

void check_range(const ConditionRange& range, double own_beta) {
  require(std::isfinite(range.most) && range.least >= 0 && range.least < range.most,
          fmt::format("a network for beta = {} ... {}: the range must begin at 0 or above and end "
                      "above its beginning",
                      range.least, range.most));
  check_made_for({range}, {{own_beta}});
}

void add_line_grad(double x, std::span<const double> by_number, std::span<double> grad) {
  for (std::size_t k = 0; k < by_number.size(); ++k) {
    grad[k] += by_number[k];
    grad[by_number.size() + k] += x * by_number[k];
  }
}

}  // namespace nmc
