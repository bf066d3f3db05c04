#include "tests/contracts/flow_contract.hpp"

namespace nmc::contracts {

GradientError gradient_error(Flow& flow, const Batch& in, bool forward, double h) {
  const auto map = [&](const Batch& at) { return forward ? flow.forward(at) : flow.inverse(at); };
  const Batch gy = normals(in.rows(), in.cols(), 1.0, 11);
  const Column gl = normals(in.rows(), 1, 1.0, 12).col(0);
  std::vector<double> grad(flow.parameters().size(), 0.0);
  const Mapped out = map(in);
  const Batch g_in =
      forward ? flow.forward_vjp(out.y, gy, gl, grad) : flow.inverse_vjp(out.y, gy, gl, grad);
  GradientError error;
  const auto S = [&](const Batch& at) {
    return Column::Constant(1, contraction(map(at), gy, gl)).eval();
  };
  for (Index site = 0; site < in.cols(); ++site) {
    const double fd =
        central_difference(S, in, 0, site, h * std::max(1.0, std::abs(in(0, site))))(0);
    error.input =
        std::max(error.input, std::abs(fd - g_in(0, site)) / g_in.row(0).abs().maxCoeff());
  }
  double largest = 0;
  for (const double g : grad) largest = std::max(largest, std::abs(g));
  const std::span<double> theta = flow.parameters();
  // Every parameter of a small flow, a stride of about a thousand of a large one.
  const std::size_t stride = 1 + theta.size() / 1009;
  for (std::size_t k = 0; k < theta.size(); k += stride) {
    const double theta0 = theta[k];
    const auto at = [&](double shift) {
      theta[k] = theta0 + shift;
      flow.parameters_changed();
      return contraction(map(in), gy, gl);
    };
    const double fd = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    at(0);
    error.parameter = std::max(error.parameter, std::abs(fd - grad[k]) / largest);
  }
  return error;
}

}  // namespace nmc::contracts
