#include "core/statistics/sokal.hpp"

#include "core/statistics/autocovariance.hpp"

namespace nmc::statistics {

SokalResult sokal(const ChainsRef& chains, double c) {
  SokalResult result;
  if (is_degenerate(chains) || count_constant_chains(chains) > 0) return result;
  Chains deviations = scaled(chains).chains;
  deviations.rowwise() -= deviations.colwise().mean().eval();
  const Chains products = lagged_products(deviations);
  Column rho = Column::Zero(chains.rows());
  for (Index chain = 0; chain < chains.cols(); ++chain) {
    rho += products.col(chain) / products(0, chain);
  }
  rho /= static_cast<double>(chains.cols());
  double tau = 1;  // in the convention 1 + 2 Σρ
  for (Index W = 1; W < rho.size(); ++W) {
    tau += 2 * rho[W];
    if (static_cast<double>(W) < c * tau) continue;
    return {tau / 2, W};
  }
  return result;
}

}  // namespace nmc::statistics
