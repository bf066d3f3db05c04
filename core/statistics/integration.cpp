#include "core/statistics/integration.hpp"

#include <cmath>

namespace nmc::statistics {

Integral hermite_integral(const Sampled2& s) {
  const Index nodes = s.x.size();
  Integral integral{Column::Zero(nodes), Column::Zero(nodes)};
  for (Index i = 1; i < nodes; ++i) {
    const double h = s.x(i) - s.x(i - 1);
    const double trapezoid = h / 2 * (s.f(i - 1) + s.f(i));
    const double slopes = h * h * (s.df(i - 1) - s.df(i));
    const double quintic = trapezoid + slopes / 10 + h * h * h / 120 * (s.d2f(i - 1) + s.d2f(i));
    const double cubic = trapezoid + slopes / 12;
    integral.value(i) = integral.value(i - 1) + quintic;
    integral.rule_error(i) = integral.rule_error(i - 1) + std::abs(quintic - cubic);
  }
  return integral;
}

}  // namespace nmc::statistics
