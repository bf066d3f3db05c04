#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

std::vector<double> ConditionLines::at(const double* x) const {
  std::vector<double> here(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(numbers_));
  for (std::size_t k = 0; k < conditions_; ++k)
    for (std::size_t i = 0; i < numbers_; ++i) here[i] += x[k] * all_[(k + 1) * numbers_ + i];
  return here;
}

void ConditionLines::add_grad(Index i, double by_number, const double* x, double* grad) const {
  double* own = grad + i;
  *own += by_number;
  for (std::size_t k = 0; k < conditions_; ++k) *(own += numbers_) += x[k] * by_number;
}

}  // namespace nmc
