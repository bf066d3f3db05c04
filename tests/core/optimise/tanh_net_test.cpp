#include "core/optimise/tanh_net.hpp"

#include <gtest/gtest.h>

namespace nmc {
namespace {

const std::vector<int> kWidths{3, 7, 5, 4};

std::vector<double> drawn(std::size_t size) {
  Batch z(1, static_cast<Index>(size));
  fill_normal({.seed = 4, .purpose = Purpose::weights}, z);
  return {z.data(), z.data() + z.size()};
}

Batch inputs(Index rows) {
  Batch x(rows, kWidths.front());
  fill_normal({.seed = 5, .purpose = Purpose::test}, x);
  return x;
}

/// The same, layer by layer as it is written.
Batch plain(const Batch& in, std::span<const double> parameters) {
  Eigen::MatrixXd h = in.matrix().transpose();
  for (std::size_t l = 0; l + 1 < kWidths.size(); ++l) {
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Index n = kWidths[l], m = kWidths[l + 1];
    const Eigen::Map<const Rows> W(parameters.data(), m, n);
    const Eigen::Map<const Eigen::VectorXd> b(parameters.data() + m * n, m);
    h = ((W * h).colwise() + b).eval();
    if (l + 2 < kWidths.size()) h = h.array().tanh().matrix();
    parameters = parameters.subspan(static_cast<std::size_t>(m * (n + 1)));
  }
  return h.transpose().array();
}

TEST(TanhNet, IsTheNetThatItsDocumentationSays) {
  TanhNet net(kWidths);
  const std::vector<double> parameters = drawn(net.size());
  net.pack(parameters);
  const Batch x = inputs(70);  // a tile and a part of one
  EXPECT_LT((net.forward(x) - plain(x, parameters)).abs().maxCoeff(), 1e-13);
}

TEST(TanhNet, GivesARowTheSameBitsInEveryBatch) {
  TanhNet net(kWidths);
  net.pack(drawn(net.size()));
  const Batch x = inputs(70);
  const Batch all = net.forward(x);
  for (const Index row : {0, 5, 69})
    EXPECT_TRUE((net.forward(x.row(row)).row(0) == all.row(row)).all());
}

TEST(TanhNet, IsZeroWhereItStarts) {
  TanhNet net(kWidths);
  std::vector<double> parameters(net.size(), 1);
  net.start({.seed = 1, .purpose = Purpose::weights}, parameters);
  net.pack(parameters);
  EXPECT_TRUE((net.forward(inputs(10)) == 0).all());
  EXPECT_NE(parameters.front(), 0);
}

TEST(TanhNet, GradientsAgreeWithDifferences) {
  TanhNet net(kWidths);
  std::vector<double> parameters = drawn(net.size());
  net.pack(parameters);
  Batch x = inputs(70), weight(70, kWidths.back());
  fill_normal({.seed = 6, .purpose = Purpose::test}, weight);
  TanhNet::Trace trace;
  (void)net.forward(x, &trace);
  std::vector<double> grad(net.size(), 0);
  const Batch by_x = net.backward(trace, weight, grad);
  constexpr double h = 1e-5;  // errors h² and 1e-16/h of numbers of size 100
  const auto value = [&] {
    net.pack(parameters);
    return (net.forward(x) * weight).sum();
  };
  for (std::size_t k = 0; k < parameters.size(); k += 3) {
    const double was = parameters[k];
    parameters[k] = was + h;
    const double ahead = value();
    parameters[k] = was - h;
    EXPECT_NEAR(grad[k], (ahead - value()) / (2 * h), 1e-6);
    parameters[k] = was;
  }
  for (const Index row : {0, 64}) {
    const double was = x(row, 1);
    x(row, 1) = was + h;
    const double ahead = value();
    x(row, 1) = was - h;
    EXPECT_NEAR(by_x(row, 1), (ahead - value()) / (2 * h), 1e-6);
    x(row, 1) = was;
  }
}

}  // namespace
}  // namespace nmc
