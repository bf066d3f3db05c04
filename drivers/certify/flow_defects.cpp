#include "drivers/certify/flow_defects.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/linear/factors.hpp"
#include "core/roles/flow.hpp"
#include "drivers/certify/configurations.hpp"

namespace nmc::certify {
namespace {

constexpr Index kFlowRows = 4;
constexpr double kFlowStep = 1e-5;
constexpr double kRoundTrip = 1e-8, kProducts = 1e-5;

/// Largest |g^-1(g(z)) − z| and |ln det + ln det of the way back|; x is moved by `shift` between.
double round_trip_defect(const Flow& flow, const Batch& z, double shift) {
  const Mapped there = flow.forward(z);
  const Mapped back = flow.inverse(there.y + shift);
  const double way = (back.y - z).abs().maxCoeff();
  const double det = (there.log_det + back.log_det).abs().maxCoeff();
  return std::isfinite(way + det) ? std::max(way, det) : NAN;
}

/// ln |det J| of the first row by central differences less the flow's, `off` added.
double jacobian_defect(const Flow& flow, const Batch& z, double off) {
  const Index n = z.cols();
  Eigen::MatrixXd J(n, n);
  for (Index i = 0; i < n; ++i) {
    Batch up = z.topRows(1), down = up;
    up(0, i) += kFlowStep;
    down(0, i) -= kFlowStep;
    J.col(i) = ((flow.forward(up).y - flow.forward(down).y) / (2 * kFlowStep)).matrix().transpose();
  }
  const double log_det = std::log(std::abs(linear::determinant(J)));
  return std::abs(log_det - flow.forward(z.topRows(1)).log_det(0) + off);
}

/// S = Σ gy·y + g·ln det of one direction, which the products differentiate.
struct Contraction {
  const Flow& flow;
  bool is_forward;
  Batch gy;
  Column g;

  [[nodiscard]] Mapped map(const Batch& in) const {
    return is_forward ? flow.forward(in) : flow.inverse(in);
  }
  [[nodiscard]] double operator()(const Batch& in) const {
    const Mapped out = map(in);
    return (out.y * gy).sum() + (out.log_det * g).sum();
  }
  Batch vjp(const Batch& in, std::span<double> grad) const {
    const Batch out = map(in).y;
    return is_forward ? flow.forward_vjp(out, gy, g, grad) : flow.inverse_vjp(out, gy, g, grad);
  }
};

/// Worst component of both gradients against differences, relative to the largest; input component
/// 0 and every parameter's gradient times `factor`.
double vjp_defect(const Contraction& S, Trainable& owner, const Batch& in, double factor) {
  std::vector<double> grad(owner.parameters().size(), 0.0);
  Batch by_input = S.vjp(in, grad);
  by_input(0, 0) *= factor;
  double scale = std::max(1e-3, by_input.abs().maxCoeff()), defect = 0;
  for (double& g : grad) scale = std::max(scale, std::abs(g *= factor));
  const auto take = [&](double slope, double own) {
    const double here = std::abs(slope - own) / scale;
    if (!(here <= defect)) defect = here;
  };
  for (Index i = 0; i < in.cols(); ++i) {
    Batch up = in, down = in;
    up(0, i) += kFlowStep;
    down(0, i) -= kFlowStep;
    take((S(up) - S(down)) / (2 * kFlowStep), by_input(0, i));
  }
  const std::size_t stride = std::max<std::size_t>(1, grad.size() / 12);
  for (std::size_t k = 0; k < grad.size(); k += stride) {
    const double before = owner.parameters()[k];
    const auto at = [&](double by) {
      owner.parameters()[k] = before + by;
      owner.parameters_changed();
      return S(in);
    };
    const double slope = (at(kFlowStep) - at(-kFlowStep)) / (2 * kFlowStep);
    (void)at(0);
    take(slope, grad[k]);
  }
  return defect;
}

}  // namespace

void add_flow_checks(const Flow& flow, Trainable& owner, const std::string& subject,
                     Checks& checks) {
  const Batch z = random_configurations(Support::real, kFlowRows, flow.sites());
  checks.push_back({subject, "round trip and ln det", round_trip_defect(flow, z, 0), kRoundTrip,
                    round_trip_defect(flow, z, 1e-4), "x moved by 1e-4"});
  checks.push_back({subject, "ln det against differences", jacobian_defect(flow, z, 0), kProducts,
                    jacobian_defect(flow, z, 1e-3), "0.001 off"});
  for (const bool is_forward : {true, false}) {
    const Batch in = is_forward ? z : flow.forward(z).y;
    const Contraction S{flow, is_forward, z.rowwise().reverse(),
                        Column::LinSpaced(kFlowRows, 0.5, 1)};
    checks.push_back(
        {subject, is_forward ? "products of the way there" : "products of the way back",
         vjp_defect(S, owner, in, 1), kProducts, vjp_defect(S, owner, in, -1), "wrong signs"});
  }
}

}  // namespace nmc::certify
