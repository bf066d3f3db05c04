#include "models/energy/rbm.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

std::span<double> numbers_of_batch(Batch& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

/// The batch x times a matrix in a fixed order of sums: each row has the same rounding whatever
/// batch it sits in, which a matrix product of a library does not promise.
template <class Weight>
void add_product(const Batch& x, Batch& sum, const Weight& weight) {
  for (Index j = 0; j < sum.cols(); ++j)
    for (Index i = 0; i < x.cols(); ++i) sum.col(j) += weight(i, j) * x.col(i);
}

}  // namespace

Rbm::Rbm(const RbmShape& shape) : shape_(shape) {
  require(shape.visible >= 1,
          fmt::format("visible = {}: a machine has one visible unit or more", shape.visible));
  require(shape.hidden >= 1,
          fmt::format("hidden = {}: a restricted machine without hidden units knows no couplings; "
                      "give it one or more",
                      shape.hidden));
  theta_.resize(
      static_cast<std::size_t>(shape.visible * shape.hidden + shape.visible + shape.hidden));
  const Support support = support_of(shape.units);
  blocks_ = {{shape.visible, support}, {shape.hidden, support}};
}

Rbm Rbm::random(const RbmShape& shape, double width, std::uint64_t seed) {
  Rbm rbm(shape);
  Batch z(1, shape.visible * shape.hidden);
  fill_normal({.seed = seed, .purpose = Purpose::weights}, z);
  for (Index k = 0; k < z.cols(); ++k)
    rbm.theta_[static_cast<std::size_t>(shape.visible + shape.hidden + k)] = width * z(0, k);
  return rbm;
}

Eigen::Map<const Eigen::VectorXd> Rbm::a() const {
  return {theta_.data(), shape_.visible};
}
Eigen::Map<const Eigen::VectorXd> Rbm::b() const {
  return {theta_.data() + shape_.visible, shape_.hidden};
}
Eigen::Map<const Eigen::MatrixXd> Rbm::W() const {
  return {theta_.data() + shape_.visible + shape_.hidden, shape_.hidden, shape_.visible};
}

Batch Rbm::hidden_fields(const Batch& v) const {
  Batch fields = b().transpose().array().replicate(v.rows(), 1);
  add_product(v, fields, [w = W()](Index i, Index j) { return w(j, i); });
  return fields;
}

Batch Rbm::visible_fields(const Batch& h) const {
  Batch fields = a().transpose().array().replicate(h.rows(), 1);
  add_product(h, fields, [w = W()](Index j, Index i) { return w(j, i); });
  return fields;
}

Batch Rbm::means_of_fields(Batch fields) const {
  const std::span<double> x = numbers_of_batch(fields);
  if (shape_.units == Units::spin)
    simd::tanh(x, x);
  else
    simd::sigmoid(x, x);
  return fields;
}

Batch Rbm::hidden_means(const Batch& v) const {
  return means_of_fields(hidden_fields(v));
}

Batch Rbm::visible_means(const Batch& h) const {
  return means_of_fields(visible_fields(h));
}

Column Rbm::log_density(const Batch& v) const {
  Batch x = hidden_fields(v);
  const std::span<double> numbers = numbers_of_batch(x);
  Column log_p = Column::Zero(v.rows());
  for (Index i = 0; i < v.cols(); ++i) log_p += a()(i) * v.col(i);
  if (shape_.units == Units::spin) {
    simd::log_cosh(numbers, numbers);
    log_p += static_cast<double>(shape_.hidden) * std::numbers::ln2;
  } else {
    simd::softplus(numbers, numbers);
  }
  return log_p + sum_sites(x);
}

void Rbm::add_grad(const Batch& v, const Column& weight, std::span<double> grad) const {
  const Eigen::MatrixXd means = hidden_means(v).matrix();
  const Eigen::MatrixXd weighted = (v.colwise() * weight).matrix();
  double* const at = grad.data();
  Eigen::Map<Eigen::VectorXd>(at, shape_.visible) += weighted.colwise().sum().transpose();
  Eigen::Map<Eigen::VectorXd>(at + shape_.visible, shape_.hidden) +=
      means.transpose() * weight.matrix();
  Eigen::Map<Eigen::MatrixXd>(at + shape_.visible + shape_.hidden, shape_.hidden, shape_.visible) +=
      means.transpose() * weighted;
}

Batch Rbm::draw(Index block, std::span<const Batch> all, const Batch& numbers) const {
  Batch up = block == 0 ? visible_fields(all[1]) : hidden_fields(all[0]);
  const bool is_spin = shape_.units == Units::spin;
  if (is_spin) up *= 2;  // p(+1) = 1/(1 + e^{-2x})
  simd::sigmoid(numbers_of_batch(up), numbers_of_batch(up));
  return (numbers < up).select(Batch::Ones(up.rows(), up.cols()), is_spin ? -1.0 : 0.0);
}

Column Rbm::log_joint(std::span<const Batch> all) const {
  const Batch &v = all[0], &h = all[1];
  Column log_p = sum_sites(hidden_fields(v) * h);
  for (Index i = 0; i < v.cols(); ++i) log_p += a()(i) * v.col(i);
  return log_p;
}

BinaryForm binary_form(const Rbm& rbm) {
  BinaryForm form{rbm.a(), rbm.b(), rbm.W().transpose(), 0};
  if (rbm.units() == Units::binary) return form;
  const Eigen::MatrixXd W = form.W;
  form.constant = W.sum() - form.a.sum() - form.b.sum();
  form.a = 2 * form.a - 2 * W.rowwise().sum();
  form.b = 2 * form.b - 2 * W.colwise().sum().transpose();
  form.W = 4 * W;
  return form;
}

void check_units(const Batch& v, Units units, const std::string& name) {
  const double low = units == Units::spin ? -1 : 0;
  for (Index row = 0; row < v.rows(); ++row)
    for (Index i = 0; i < v.cols(); ++i)
      require(v(row, i) == 1 || v(row, i) == low,
              fmt::format("row {} of {} holds {} at place {}: units = {} are {} and 1; {}", row,
                          name, v(row, i), i, units == Units::spin ? "spin" : "binary", low,
                          units == Units::spin ? "of 0 and 1 take 2 x - 1, or units = binary"
                                               : "of -1 and 1 set units = spin"));
}

}  // namespace nmc
