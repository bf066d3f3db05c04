#include "models/autoregressive/beta_input.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {

void check_beta_in(const BetaRange& range, double beta) {
  require(range.holds(beta),
          fmt::format("the network was made for beta = {} ... {}, and beta = {} is outside; set "
                      "system.beta inside, or train a network with model.beta_min and "
                      "model.beta_max around it",
                      range.least, range.most, beta));
}

void check_range(const BetaRange& range, double own_beta) {
  require(std::isfinite(range.most) && range.least >= 0 && range.least < range.most,
          fmt::format("a network for beta = {} ... {}: the range must begin at 0 or above and end "
                      "above its beginning",
                      range.least, range.most));
  check_beta_in(range, own_beta);
}

void add_line_grad(double x, std::span<const double> by_number, std::span<double> grad) {
  for (std::size_t k = 0; k < by_number.size(); ++k) {
    grad[k] += by_number[k];
    grad[by_number.size() + k] += x * by_number[k];
  }
}

}  // namespace nmc
