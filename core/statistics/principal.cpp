#include "core/statistics/principal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/linear/factors.hpp"
#include "core/random/streams.hpp"

namespace nmc::statistics {

Principal principal_components(const Batch& x, Index components) {
  require(components >= 1 && components <= std::min(x.rows(), x.cols()),
          fmt::format("{} components of {} draws of {} variables", components, x.rows(), x.cols()));
  // Two vectors more than asked for, and iterations until the leading ones stand.
  constexpr Index kMore = 2;
  constexpr int kIterations = 60;
  const Index width = std::min(components + kMore, std::min(x.rows(), x.cols()));
  Batch start(x.cols(), width);
  fill_normal({.seed = 1, .step = 0, .first_chain = 0, .purpose = Purpose::init}, start);
  const auto X = x.matrix();
  Eigen::MatrixXd basis = start.matrix();
  for (int i = 0; i < kIterations; ++i) {
    const Eigen::MatrixXd images = X.transpose() * (X * basis);
    basis = linear::thin_qr(images).Q;
  }
  const Eigen::MatrixXd projected = X * basis;
  const auto [values, vectors] = linear::symmetric_eigenpairs(projected.transpose() * projected);
  const double total = x.square().sum();
  Principal result{Column(components), Batch(x.cols(), components)};
  for (Index c = 0; c < components; ++c) {
    result.fraction(c) = values(width - 1 - c) / total;
    result.vectors.col(c) = (basis * vectors.col(width - 1 - c)).array();
  }
  return result;
}

}  // namespace nmc::statistics
