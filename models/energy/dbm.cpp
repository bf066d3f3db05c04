#include "models/energy/dbm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/energy/likelihood.hpp"
#include "models/energy/rbm_exact.hpp"

namespace nmc {
namespace {

/// The hidden layers of one row of v as a restricted machine: those of even number against the odd
/// ones, with what v gives to the first.
Rbm with_v_given(const Rbm& folded, const Dbm& dbm, const Eigen::VectorXd& v) {
  const Index visible = dbm.units_of(0), left = folded.sites() - visible;
  Rbm rest({left, folded.hidden(), folded.units()});
  double* const theta = rest.parameters().data();
  Eigen::Map<Eigen::VectorXd>(theta, left) = folded.a().tail(left);
  Eigen::Map<Eigen::VectorXd>(theta + left, folded.hidden()) =
      folded.b() + folded.W().leftCols(visible) * v;
  Eigen::Map<Eigen::MatrixXd>(theta + left + folded.hidden(), folded.hidden(), left) =
      folded.W().rightCols(left);
  return rest;
}

}  // namespace

Dbm::Dbm(DbmShape shape) : shape_(std::move(shape)) {
  require(shape_.layers.size() >= 2,
          "a deep machine has a visible layer and at least one hidden one: give the units of the "
          "hidden layers, for example layers = 8, 4");
  Index count = 0;
  for (std::size_t l = 0; l < shape_.layers.size(); ++l) {
    require(shape_.layers[l] >= 1,
            fmt::format("layer {} of the machine has {} units; give it one or more", l,
                        shape_.layers[l]));
    count += shape_.layers[l] * (l == 0 ? 1 : 1 + shape_.layers[l - 1]);
  }
  theta_.resize(static_cast<std::size_t>(count));
}

Dbm Dbm::random(const DbmShape& shape, double width, std::uint64_t seed) {
  Dbm dbm(shape);
  const auto first = static_cast<std::size_t>(dbm.weights_at(1));
  Batch z(1, static_cast<Index>(dbm.theta_.size() - first));
  fill_normal({.seed = seed, .purpose = Purpose::weights}, z);
  for (Index k = 0; k < z.cols(); ++k)
    dbm.theta_[first + static_cast<std::size_t>(k)] = width * z(0, k);
  return dbm;
}

Index Dbm::bias_at(Index layer) const {
  return std::accumulate(shape_.layers.begin(), shape_.layers.begin() + layer, Index{0});
}

Index Dbm::weights_at(Index layer) const {
  Index at = bias_at(layers());
  for (Index l = 1; l < layer; ++l) at += units_of(l - 1) * units_of(l);
  return at;
}

Eigen::Map<const Eigen::VectorXd> Dbm::b(Index layer) const {
  return {theta_.data() + bias_at(layer), units_of(layer)};
}

Eigen::Map<const Eigen::MatrixXd> Dbm::W(Index layer) const {
  return {theta_.data() + weights_at(layer), units_of(layer), units_of(layer - 1)};
}

Index Dbm::place_in_folded(Index layer) const {
  Index place = 0;
  for (Index l = layer % 2; l < layer; l += 2) place += units_of(l);
  return place;
}

Rbm Dbm::folded() const {
  RbmShape shape{0, 0, shape_.units};
  for (Index l = 0; l < layers(); ++l) (l % 2 == 0 ? shape.visible : shape.hidden) += units_of(l);
  Rbm rbm(shape);
  double* const a = rbm.parameters().data();
  double* const b_of_odd = a + shape.visible;
  Eigen::Map<Eigen::MatrixXd> weights(b_of_odd + shape.hidden, shape.hidden, shape.visible);
  for (Index l = 0; l < layers(); ++l) {
    const Index place = place_in_folded(l);
    Eigen::Map<Eigen::VectorXd>((l % 2 == 0 ? a : b_of_odd) + place, units_of(l)) = b(l);
    if (l == 0) continue;
    const Index below = place_in_folded(l - 1);
    if (l % 2 == 1)
      weights.block(place, below, units_of(l), units_of(l - 1)) = W(l);
    else
      weights.block(below, place, units_of(l - 1), units_of(l)) = W(l).transpose();
  }
  return rbm;
}

Index Dbm::units_to_sum() const {
  if (layers() == 2) return 0;
  Index even = 0, odd = 0;
  for (Index l = 1; l < layers(); ++l) (l % 2 == 0 ? even : odd) += units_of(l);
  return std::min(even, odd);
}

Column Dbm::log_visible(const Batch& v, const Threads& threads) const {
  require(units_to_sum() <= kMostExactUnits,
          fmt::format("ln p(v) of a deep machine sums over the states of {} hidden units, and 2^{} "
                      "are the most: take the bound of the mean field",
                      units_to_sum(), kMostExactUnits));
  const Rbm rbm = folded();
  if (layers() == 2) return rbm.log_density(v);
  Column log_p(v.rows());
  for (Index row = 0; row < v.rows(); ++row) {
    const Eigen::VectorXd given = v.row(row).matrix().transpose();
    const Rbm rest = with_v_given(rbm, *this, given);
    log_p(row) = b(0).dot(given) + log_z(rest, smaller_side(rest.shape()), threads);
  }
  return log_p;
}

Batch Dbm::fields(Index layer, const std::vector<Batch>& h) const {
  const auto at = static_cast<std::size_t>(layer);
  Batch x = b(layer).transpose().array().replicate(h.front().rows(), 1);
  if (layer > 0) {
    const auto weights = W(layer);
    for (Index j = 0; j < x.cols(); ++j)
      for (Index i = 0; i < weights.cols(); ++i) x.col(j) += weights(j, i) * h[at - 1].col(i);
  }
  if (layer + 1 < layers()) {
    const auto weights = W(layer + 1);
    for (Index j = 0; j < x.cols(); ++j)
      for (Index k = 0; k < weights.rows(); ++k) x.col(j) += weights(k, j) * h[at + 1].col(k);
  }
  return x;
}

std::string in_words(const DbmShape& shape) {
  return fmt::format("{} units {}", fmt::join(shape.layers, ", "),
                     shape.units == Units::spin ? "+-1" : "0, 1");
}

}  // namespace nmc
