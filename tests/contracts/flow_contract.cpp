#include "tests/contracts/flow_contract.hpp"

#include <cmath>
#include <limits>

#include "core/linear/factors.hpp"

namespace nmc::contracts {

namespace {

// The second derivative of elu jumps at 0, so that a difference across a kink is off by its step.
// A component is right when one of three steps confirms it; a wrong one is wrong at all of them.
constexpr double kSteps[] = {1e-3, 1e-4, 1e-5};

template <class F>
double difference(F f, double at, double h) {
  return (8 * (f(at + h) - f(at - h)) - (f(at + 2 * h) - f(at - 2 * h))) / (12 * h);
}

template <class F>
double smallest_error(F f, double at, double claimed) {
  double best = std::numeric_limits<double>::infinity();
  for (const double step : kSteps)
    best =
        std::min(best, std::abs(difference(f, at, step * std::max(1.0, std::abs(at))) - claimed));
  return best;
}

}  // namespace

GradientError gradient_error(Flow& flow, const Batch& in, bool forward) {
  const auto map = [&](const Batch& at) { return forward ? flow.forward(at) : flow.inverse(at); };
  const Batch gy = normals(in.rows(), in.cols(), 1.0, 11);
  const Column gl = normals(in.rows(), 1, 1.0, 12).col(0);
  std::vector<double> grad(flow.parameters().size(), 0.0);
  const Mapped out = map(in);
  const Batch g_in =
      forward ? flow.forward_vjp(out.y, gy, gl, grad) : flow.inverse_vjp(out.y, gy, gl, grad);
  GradientError error;
  Batch moved = in;
  for (Index site = 0; site < in.cols(); ++site) {
    const auto S = [&](double value) {
      moved(0, site) = value;
      return contraction(map(moved), gy, gl);
    };
    error.input = std::max(error.input, smallest_error(S, in(0, site), g_in(0, site)));
    moved(0, site) = in(0, site);
  }
  error.input /= g_in.row(0).abs().maxCoeff();
  double largest = 0;
  for (const double g : grad) largest = std::max(largest, std::abs(g));
  const std::span<double> theta = flow.parameters();
  // Every parameter of a small flow, about two hundred of a large one.
  const std::size_t stride = 1 + theta.size() / 211;
  for (std::size_t k = 0; k < theta.size(); k += stride) {
    const double theta0 = theta[k];
    const auto S = [&](double value) {
      theta[k] = value;
      flow.parameters_changed();
      return contraction(map(in), gy, gl);
    };
    error.parameter = std::max(error.parameter, smallest_error(S, theta0, grad[k]) / largest);
    theta[k] = theta0;
  }
  flow.parameters_changed();
  return error;
}

double jacobian_error(const Flow& flow, const Batch& z) {
  const Batch point = z.topRows(1);
  const double claimed = flow.forward(point).log_det(0);
  double best = std::numeric_limits<double>::infinity();
  for (const double step : kSteps) {
    Eigen::MatrixXd J(flow.sites(), flow.sites());
    for (Index j = 0; j < flow.sites(); ++j) {
      const auto image = [&](double shift) {
        Batch moved = point;
        moved(0, j) += shift;
        return flow.forward(moved).y.row(0).matrix().transpose().eval();
      };
      J.col(j) =
          (8 * (image(step) - image(-step)) - (image(2 * step) - image(-2 * step))) / (12 * step);
    }
    best = std::min(best, std::abs(std::log(std::abs(linear::determinant(J))) - claimed));
  }
  return best;
}

}  // namespace nmc::contracts
