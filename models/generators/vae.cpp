#include "models/generators/vae.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "core/linear/factors.hpp"

namespace nmc {
namespace {

const double kLogTwoPi = std::log(2 * std::numbers::pi);

std::vector<int> decoder_widths(const VaeShape& shape) {
  return net_widths(shape.latent, shape.hidden, shape.units, 1);
}
std::vector<int> encoder_widths(const VaeShape& shape) {
  return net_widths(shape.units, shape.hidden, 2 * shape.latent, 1);
}

/// Σ over the columns, (rows).
Column row_sums(const Batch& x) {
  return x.rowwise().sum();
}

/// ln N(z; 0, 1).
Column log_normal(const Batch& z) {
  return -0.5 * row_sums(z.square()) - 0.5 * kLogTwoPi * static_cast<double>(z.cols());
}

Batch normal_numbers(const Streams& streams, Index rows, Index columns) {
  Batch z(rows, columns);
  fill_normal(streams, z);
  return z;
}

}  // namespace

std::size_t Vae::parameter_count(const VaeShape& shape) {
  return TanhNet(decoder_widths(shape)).size() + TanhNet(encoder_widths(shape)).size() + 1;
}

Vae::Vae(const VaeShape& shape, Standard standard, std::vector<double> parameters)
    : shape_(shape),
      standard_(std::move(standard)),
      theta_(std::move(parameters)),
      decoder_(decoder_widths(shape)),
      encoder_(encoder_widths(shape)) {
  require(shape.units >= 1 && shape.latent >= 1, "an autoencoder needs units and latent variables");
  parameters_changed();
}

Vae Vae::random(const VaeShape& shape, Standard standard, std::uint64_t seed) {
  std::vector<double> theta(parameter_count(shape), 0);
  const std::size_t decoder = TanhNet(decoder_widths(shape)).size();
  const std::size_t encoder = theta.size() - decoder - 1;
  const Streams streams{seed, 0, 0, Purpose::weights};
  scatter_weights(decoder_widths(shape), streams, std::span(theta).first(decoder));
  scatter_weights(encoder_widths(shape), streams.at_step(1),
                  std::span(theta).subspan(decoder, encoder));
  return {shape, std::move(standard), std::move(theta)};
}

std::span<const double> Vae::of_decoder() const {
  return std::span(theta_).first(decoder_.size());
}
std::span<const double> Vae::of_encoder() const {
  return std::span(theta_).subspan(decoder_.size(), encoder_.size());
}

void Vae::parameters_changed() {
  decoder_.pack(of_decoder());
  encoder_.pack(of_encoder());
}

Batch Vae::sample(const Streams& streams, Index count) const {
  const Batch numbers = normal_numbers(streams, count, shape_.latent + shape_.units);
  const Batch y = decoder_.forward(numbers.leftCols(shape_.latent)) +
                  std::exp(log_sigma()) * numbers.rightCols(shape_.units);
  return restored(standard_, y);
}

Column Vae::Posterior::log_density(const Batch& noise) const {
  return log_normal(noise) - row_sums(log_width);
}

Vae::Posterior Vae::posterior(const Batch& x) const {
  const Batch out = encoder_.forward(standardised(standard_, x));
  return {out.leftCols(shape_.latent), out.rightCols(shape_.latent)};
}

Column Vae::log_likelihood(const Batch& deviations) const {
  const auto n = static_cast<double>(shape_.units);
  return -0.5 * std::exp(-2 * log_sigma()) * row_sums(deviations.square()) -
         n * (0.5 * kLogTwoPi + log_sigma() + std::log(standard_.scale));
}

Column Vae::log_joint(const Batch& x, const Batch& z, Batch* by_z) const {
  TanhNet::Trace trace;
  const Batch deviations = standardised(standard_, x) - decoder_.forward(z, &trace);
  if (by_z != nullptr) {
    std::vector<double> unused(decoder_.size());
    *by_z = decoder_.backward(trace, std::exp(-2 * log_sigma()) * deviations, unused) - z;
  }
  return log_likelihood(deviations) + log_normal(z);
}

Column Vae::elbo(const Batch& x, const Batch& noise, std::span<double> grad) const {
  TanhNet::Trace of_encoder, of_decoder;
  const Batch y = standardised(standard_, x);
  const Batch code = encoder_.forward(y, &of_encoder);
  const Posterior q{code.leftCols(shape_.latent), code.rightCols(shape_.latent)};
  const Batch width = q.log_width.exp();
  const Batch deviations = y - decoder_.forward(q.at(noise), &of_decoder);
  if (!grad.empty()) {
    const Batch by_y = std::exp(-2 * log_sigma()) * deviations;
    const Batch by_z = decoder_.backward(of_decoder, by_y, grad.first(decoder_.size()));
    Batch by_code(x.rows(), 2 * shape_.latent);
    by_code.leftCols(shape_.latent) = by_z - q.mean;
    by_code.rightCols(shape_.latent) = by_z * width * noise + 1 - width.square();
    (void)encoder_.backward(of_encoder, by_code, grad.subspan(decoder_.size(), encoder_.size()));
    grad.back() += (by_y * deviations).sum() - static_cast<double>(x.size());
  }
  const Batch divergence = 0.5 * (q.mean.square() + width.square() - 1) - q.log_width;
  return log_likelihood(deviations) - row_sums(divergence);
}

Column Vae::log_density_by_importance(const Batch& x, Index draws, const Streams& streams) const {
  const Posterior q = posterior(x);
  Column top = Column::Constant(x.rows(), -std::numeric_limits<double>::infinity());
  Column sum = Column::Zero(x.rows());
  for (Index k = 0; k < draws; ++k) {
    const Batch noise =
        normal_numbers(streams.at_step(static_cast<std::uint64_t>(k)), x.rows(), shape_.latent);
    const Column log_weight = log_joint(x, q.at(noise)) - q.log_density(noise);
    const Column higher = top.max(log_weight);
    sum = sum * (top - higher).exp() + (log_weight - higher).exp();
    top = higher;
  }
  return top + (sum / static_cast<double>(draws)).log();
}

std::optional<Column> Vae::exact_log_density(const Batch& x) const {
  if (shape_.hidden > 0) return std::nullopt;
  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const RowMatrix> W(theta_.data(), shape_.units, shape_.latent);
  const Eigen::Map<const Eigen::RowVectorXd> b(theta_.data() + W.size(), shape_.units);
  Eigen::MatrixXd covariance = W * W.transpose();
  covariance.diagonal().array() += std::exp(2 * log_sigma());
  const Eigen::MatrixXd L = linear::cholesky_factor(covariance).L;
  const Eigen::MatrixXd y = standardised(standard_, x).matrix().rowwise() - b;
  const Eigen::MatrixXd white = L.triangularView<Eigen::Lower>().solve(y.transpose());
  const double log_norm =
      L.diagonal().array().log().sum() +
      static_cast<double>(shape_.units) * (0.5 * kLogTwoPi + std::log(standard_.scale));
  return -0.5 * white.colwise().squaredNorm().transpose().array() - log_norm;
}

void Vae::write(archive::File& file, const std::string& group) const {
  file.set_attribute(group, "type", "vae");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(shape_.units));
  file.set_attribute(group, "latent", static_cast<std::int64_t>(shape_.latent));
  file.set_attribute(group, "hidden", static_cast<std::int64_t>(shape_.hidden));
  file.set_attribute(group, "scale", standard_.scale);
  const std::span<const double> centre(standard_.centre.data(),
                                       static_cast<std::size_t>(standard_.centre.size()));
  file.write(group + "/centre", {standard_.centre.size()}, centre);
  file.write(group + "/parameters", {std::ssize(theta_)}, theta_);
  write_weights_digest(file, group, theta_);
}

}  // namespace nmc
