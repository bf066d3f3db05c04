#include "core/statistics/significance.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/errors.hpp"

namespace nmc::statistics {

double normal_quantile(double p) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!(p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  // in double throughout: good to a few ulp, and faster than through long double
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, Policy());
}

double z_score(double value, double error, double exact) {
  if (!(error > 0) || std::isinf(error)) return std::numeric_limits<double>::quiet_NaN();
  return (value - exact) / error;
}

double expected_unseen(double value, double exact, double step, double draws) {
  return std::abs(value - exact) * draws / step;
}

double error_with_unseen(double error, double unseen, double step, double draws) {
  return std::max(error, std::sqrt(unseen) * step / draws);
}

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

double student_p(double t, double degrees_of_freedom) {
  require(degrees_of_freedom > 0, "a t-test needs at least one degree of freedom");
  if (std::isnan(t)) return t;
  if (std::isinf(t)) return 0;
  return boost::math::ibeta(degrees_of_freedom / 2, 0.5,
                            degrees_of_freedom / (degrees_of_freedom + t * t));
}

double student_z(double t, double degrees_of_freedom) {
  constexpr double kLeastP = 1e-300;  // beyond it a probability has no digits
  const double p = student_p(t, degrees_of_freedom);
  if (std::isnan(p)) return p;
  return std::copysign(normal_quantile(std::max(p, kLeastP) / 2), t);
}

double f_p(double f, double between, double within) {
  require(between > 0 && within > 0, "an F-test needs at least one degree of freedom on each side");
  if (std::isnan(f)) return f;
  if (f <= 0) return 1;
  if (std::isinf(f)) return 0;
  return boost::math::ibeta(within / 2, between / 2, within / (within + between * f));
}

double chi_square_p(double chi2, double degrees_of_freedom) {
  require(degrees_of_freedom > 0, "a chi-square test needs at least one degree of freedom");
  if (std::isnan(chi2)) return chi2;
  if (chi2 <= 0) return 1;
  if (std::isinf(chi2)) return 0;
  return boost::math::gamma_q(degrees_of_freedom / 2, chi2 / 2);
}

}  // namespace nmc::statistics
