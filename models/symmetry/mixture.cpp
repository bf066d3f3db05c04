#include "models/symmetry/mixture.hpp"

#include <cmath>

namespace nmc {

// ln Σ_g q_g = a + ln Σ_g e^{ln q_g - a} with a the largest ln q_g.
Mixture mix_equally(const Batch& log_terms) {
  Mixture mixture{Batch(log_terms.rows(), log_terms.cols()), Column(log_terms.rows())};
  const double log_order = std::log(static_cast<double>(log_terms.cols()));
  for (Index c = 0; c < log_terms.rows(); ++c) {
    const double largest = log_terms.row(c).maxCoeff();
    double total = 0;
    for (Index g = 0; g < log_terms.cols(); ++g) {
      mixture.share(c, g) = std::exp(log_terms(c, g) - largest);
      total += mixture.share(c, g);
    }
    for (Index g = 0; g < log_terms.cols(); ++g) mixture.share(c, g) /= total;
    mixture.log_q(c) = largest + std::log(total) - log_order;
  }
  return mixture;
}

}  // namespace nmc
