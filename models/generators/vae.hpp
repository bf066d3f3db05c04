#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/optimise/tanh_net.hpp"
#include "core/roles/generator.hpp"
#include "core/roles/stored.hpp"
#include "models/generators/weights.hpp"

namespace nmc {

struct VaeShape {
  Index units = 0;   ///< of x
  Index latent = 1;  ///< of z
  Index hidden = 0;  ///< units of the one hidden layer of both nets; 0: linear nets
};

/// A variational autoencoder (Kingma and Welling, ICLR 2014; Rezende, Mohamed and Wierstra, ICML
/// 2014): z ~ N(0, 1), x = centre + scale (f(z) + σ η), η ~ N(0, 1), with the posterior
/// approximated by q(z|x) = N(m(x), w(x)²), independent numbers. Its density is an integral over z
/// that is known by bounds and estimates alone, and in closed form where f is linear.
class Vae final : public Generator, public Stored {
 public:
  /// Parameters: f, then the net of (m, ln w), as TanhNet has them, then ln σ. UserError for a
  /// shape without units.
  Vae(const VaeShape& shape, Standard standard, std::vector<double> parameters);
  /// Random weights, σ = 1.
  static Vae random(const VaeShape& shape, Standard standard, std::uint64_t seed);
  [[nodiscard]] static std::size_t parameter_count(const VaeShape& shape);

  [[nodiscard]] const VaeShape& shape() const { return shape_; }
  [[nodiscard]] const Standard& standard() const { return standard_; }
  [[nodiscard]] Index sites() const override { return shape_.units; }
  [[nodiscard]] Batch sample(const Streams& streams, Index count) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  void parameters_changed() override;

  /// Of q(z|x), (rows, latent) each.
  struct Posterior {
    Batch mean, log_width;
    /// z = m + w ε.
    [[nodiscard]] Batch at(const Batch& noise) const { return mean + log_width.exp() * noise; }
    /// ln q(z|x) at z = m + w ε, (rows).
    [[nodiscard]] Column log_density(const Batch& noise) const;
  };
  [[nodiscard]] Posterior posterior(const Batch& x) const;
  /// ln p(x, z), (rows), with ∂/∂z of it where asked for, (rows, latent).
  [[nodiscard]] Column log_joint(const Batch& x, const Batch& z, Batch* by_z = nullptr) const;

  /// ln p(x|z) − KL(q(z|x)‖p(z)) at z = m + w ε, (rows): its mean over ε is the evidence lower
  /// bound of ln p(x). Adds the gradient of its sum over the rows, through z, to grad unless that
  /// is empty.
  Column elbo(const Batch& x, const Batch& noise, std::span<double> grad) const;
  /// ln of the mean of p(x, z)/q(z|x) over `draws` of z, (rows): below ln p(x) in the mean, and
  /// nearer with more draws (Burda, Grosse and Salakhutdinov, ICLR 2016).
  [[nodiscard]] Column log_density_by_importance(const Batch& x, Index draws,
                                                 const Streams& streams) const;
  /// ln p(x) itself, of linear nets: x ~ N(f(0), WWᵀ + σ²).
  [[nodiscard]] std::optional<Column> exact_log_density(const Batch& x) const;

  void write(archive::File& file, const std::string& group) const override;

 private:
  [[nodiscard]] std::span<const double> of_decoder() const;
  [[nodiscard]] std::span<const double> of_encoder() const;
  [[nodiscard]] double log_sigma() const { return theta_.back(); }
  /// ln p(x|z), from y − f(z) of standardised x.
  [[nodiscard]] Column log_likelihood(const Batch& deviations) const;

  VaeShape shape_;
  Standard standard_;
  std::vector<double> theta_;
  TanhNet decoder_, encoder_;
};

}  // namespace nmc
