#include "tests/contracts/kernels_under_test.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "core/linear/factors.hpp"
#include "samplers/hamiltonian/leapfrog.hpp"

namespace nmc::test {

Column Tilted::log_density(const Batch& x) const {
  return -0.25 * x.col(0).square().square() + 0.5 * x.col(0);
}

Column Tilted::log_density_grad(const Batch& x, Batch& grad) const {
  grad = 0.5 - x * x * x;
  return log_density(x);
}

HmcOptions hmc_options() {
  HmcOptions options;
  options.step_size = 0.6;
  options.n_steps = 2;
  options.jitter = 0;
  options.target_acceptance = 0;
  return options;
}

OneSiteKernel hmc_kernel(const Target& target) {
  OneSiteKernel kernel;
  kernel.propose = [&target](const Batch& x, double xi, Batch& proposal, Column& log_ratio) {
    const HmcTrajectory hmc(target, hmc_options());
    ChainState state;
    state.x = x;
    hmc.init(state, {}, x.rows());
    Proposed end = hmc.travel(state, Batch::Constant(x.rows(), 1, xi),
                              Column::Constant(x.rows(), hmc_options().step_size));
    log_ratio = (end.next.log_p - state.log_p) + end.log_ratio;
    proposal = std::move(end.next.x);
  };
  kernel.log_density = [&target](const Batch& x) { return target.log_density(x); };
  return kernel;
}

OneSiteKernel latent_kernel(const Target& latent) {
  OneSiteKernel kernel = hmc_kernel(latent);
  kernel.range = 4.4;  // x = 4.4 + 0.4 sin 4.4 = 4.02
  kernel.log_density = [](const Batch& z) -> Column {
    const Column x = z.col(0) + 0.4 * z.col(0).sin();
    return -0.25 * x.square().square() + 0.5 * x + (1 + 0.4 * z.col(0).cos()).log();
  };
  return kernel;
}

OneSiteKernel walk_kernel(const Target& target, double width) {
  OneSiteKernel kernel;
  kernel.propose = [&target, width](const Batch& x, double xi, Batch& proposal, Column& log_ratio) {
    proposal = x + width * xi;
    log_ratio = target.log_density(proposal) - target.log_density(x);
  };
  kernel.log_density = [&target](const Batch& x) { return target.log_density(x); };
  return kernel;
}

namespace {

struct PhasePoints {
  Batch x, xi;
};

/// A trajectory of three steps, then ξ → −ξ.
PhasePoints travel(const Target& target, const Mass& mass, const PhasePoints& from) {
  ChainState state;
  state.x = from.x;
  state.log_p = target.log_density_grad(state.x, state.grad);
  Batch xi = from.xi;
  leapfrog(target, mass, {Column::Constant(from.x.rows(), 0.3), 3}, state, xi);
  return {state.x, -xi};
}

PhasePoints some_points(Index sites) {
  PhasePoints points{Batch(40, sites), Batch(40, sites)};
  fill_normal({6, 0, 0, Purpose::test}, points.x);
  fill_normal({6, 1, 0, Purpose::test}, points.xi);
  return points;
}

}  // namespace

double reversibility_defect(const Target& target, const Mass& mass) {
  const PhasePoints from = some_points(target.sites());
  const PhasePoints back = travel(target, mass, travel(target, mass, from));
  return std::max((back.x - from.x).abs().maxCoeff(), (back.xi - from.xi).abs().maxCoeff());
}

double volume_defect(const Target& target, const Mass& mass) {
  // f' = Σ c_k [f(kh) − f(−kh)] / h; the error of order h⁸ f⁽⁹⁾/630 and rounding/h balance here.
  constexpr std::array<double, 4> coefficients{4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280};
  constexpr double h = 2e-3;
  const Index sites = target.sites();
  const PhasePoints from = some_points(sites);
  std::vector<Batch> columns;  // of the Jacobian, one per coordinate moved
  for (Index j = 0; j < 2 * sites; ++j) {
    Batch column = Batch::Zero(from.x.rows(), 2 * sites);
    for (int k = 1; k <= 4; ++k) {
      for (const int sign : {1, -1}) {
        PhasePoints moved = from;
        (j < sites ? moved.x.col(j) : moved.xi.col(j - sites)) += sign * k * h;
        const PhasePoints end = travel(target, mass, moved);
        const double c = sign * coefficients[static_cast<std::size_t>(k - 1)] / h;
        column.leftCols(sites) += c * end.x;
        column.rightCols(sites) += c * end.xi;
      }
    }
    columns.push_back(column);
  }
  double worst = 0;
  for (Index row = 0; row < from.x.rows(); ++row) {
    Eigen::MatrixXd jacobian(2 * sites, 2 * sites);
    for (Index j = 0; j < 2 * sites; ++j) {
      jacobian.col(j) = columns[static_cast<std::size_t>(j)].row(row).matrix().transpose();
    }
    worst = std::max(worst, std::abs(std::abs(linear::determinant(jacobian)) - 1));
  }
  return worst;
}

}  // namespace nmc::test
