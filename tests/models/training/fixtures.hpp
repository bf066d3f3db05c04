#pragma once

#include <cmath>
#include <memory>
#include <numbers>
#include <utility>
#include <vector>

#include "core/interfaces.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/training/trainer.hpp"

namespace nmc::testing_training {

/// x_i = mean_i + e^{log_scale_i} z_i; parameters: means, then log scales. All in closed form.
class AffineFlow final : public Flow {
 public:
  explicit AffineFlow(Index sites) : sites_(sites), parameters_(2 * sites, 0.0) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    Mapped out{z, Column::Constant(z.rows(), log_det())};
    for (Index i = 0; i < sites_; ++i) out.y.col(i) = mean(i) + scale(i) * z.col(i);
    return out;
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override {
    Mapped out{x, Column::Constant(x.rows(), -log_det())};
    for (Index i = 0; i < sites_; ++i) out.y.col(i) = (x.col(i) - mean(i)) / scale(i);
    return out;
  }
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double> grad) const override {
    Batch gz = gx;
    for (Index i = 0; i < sites_; ++i) {
      gz.col(i) *= scale(i);
      if (grad.empty()) continue;
      grad[at(i)] += gx.col(i).sum();
      grad[at(sites_ + i)] += (gx.col(i) * (x.col(i) - mean(i)) + g_log_det).sum();
    }
    return gz;
  }
  Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                    std::span<double> grad) const override {
    Batch gx = gz;
    for (Index i = 0; i < sites_; ++i) {
      gx.col(i) /= scale(i);
      if (grad.empty()) continue;
      grad[at(i)] -= gx.col(i).sum();
      grad[at(sites_ + i)] -= (gz.col(i) * z.col(i) + g_log_det).sum();
    }
    return gx;
  }
  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] double mean(Index i) const { return parameters_[at(i)]; }
  [[nodiscard]] double scale(Index i) const { return std::exp(parameters_[at(sites_ + i)]); }
  [[nodiscard]] double log_det() const {
    double sum = 0;
    for (Index i = 0; i < sites_; ++i) sum += parameters_[at(sites_ + i)];
    return sum;
  }
  Index sites_;
  std::vector<double> parameters_;
};

/// Independent normals, unnormalised: ln p = -Σ ((x_i - mean)/sigma)²/2, sigma_i = 1 + i/4.
class GaussianTarget final : public Target {
 public:
  GaussianTarget(Index sites, double mean, double beta = 1)
      : sites_(sites), mean_(mean), beta_(beta) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    Batch grad;
    return log_density_grad(x, grad);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    grad.resize(x.rows(), x.cols());
    Column log_p = Column::Zero(x.rows());
    for (Index i = 0; i < sites_; ++i) {
      grad.col(i) = -beta_ * (x.col(i) - mean_) / (sigma(i) * sigma(i));
      log_p += 0.5 * grad.col(i) * (x.col(i) - mean_);
    }
    return log_p;
  }
  [[nodiscard]] static double sigma(Index i) { return 1 + 0.25 * static_cast<double>(i); }
  [[nodiscard]] double log_z() const {
    double sum = 0;
    for (Index i = 0; i < sites_; ++i) {
      sum += std::log(sigma(i)) + 0.5 * std::log(2 * std::numbers::pi / beta_);
    }
    return sum;
  }

 private:
  Index sites_;
  double mean_;
  double beta_;
};

/// ln p = Σ [ x_i²/2 - x_i⁴/8 + tilt x_i - ½ (x_i - x_{i+1})²/4 ]: two wells, tilted.
class TiltedWells final : public Target {
 public:
  TiltedWells(Index sites, double tilt) : sites_(sites), tilt_(tilt) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    Batch grad;
    return log_density_grad(x, grad);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    grad.resize(x.rows(), x.cols());
    Column log_p = Column::Zero(x.rows());
    for (Index i = 0; i < sites_; ++i) {
      const auto& here = x.col(i);
      const Column step = here - x.col((i + 1) % sites_);
      const Column step_before = x.col((i + sites_ - 1) % sites_) - here;
      log_p += 0.5 * here.square() - 0.125 * here.square().square() + tilt_ * here -
               0.125 * step.square();
      grad.col(i) = here - 0.5 * here.cube() + tilt_ - 0.25 * step + 0.25 * step_before;
    }
    return log_p;
  }

 private:
  Index sites_;
  double tilt_;
};

/// A small real-NVP network in double, away from its starting values.
inline std::unique_ptr<Flow> small_network(Index sites) {
  CouplingSpec spec;
  spec.sites = sites;
  std::vector<int> all(static_cast<std::size_t>(sites));
  std::vector<std::uint8_t> even(all.size());
  std::vector<std::uint8_t> odd(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<int>(i);
    even[i] = i % 2 == 0;
    odd[i] = i % 2 == 1;
  }
  spec.patches = {all};
  spec.masks = {even, odd, even};
  spec.hidden = {5};
  spec.activation = simd::Activation::tanh;  // smooth, for differences
  BijectorFlow::Layers layers;
  layers.push_back(std::make_unique<ScalingLayer>(sites));
  layers.push_back(std::make_unique<CouplingLayer>(spec));
  auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 5);
  Batch noise(1, static_cast<Index>(flow->parameters().size()));
  fill_normal({3, 0, 0, Purpose::test}, noise);
  for (std::size_t k = 0; k < flow->parameters().size(); ++k) {
    flow->parameters()[k] += 0.3 * noise(0, static_cast<Index>(k));
  }
  flow->parameters_changed();
  return flow;
}

/// Largest difference between grad and the central difference of f over the parameters, relative
/// to the largest entry of grad. f is called with the model's parameters displaced.
template <class F>
double gradient_error(Model& model, std::span<const double> grad, const F& f, double h = 1e-3) {
  const std::span<double> theta = model.parameters();
  double worst = 0;
  double largest = 0;
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double theta0 = theta[k];
    const auto at = [&](double shift) {
      theta[k] = theta0 + shift;
      model.parameters_changed();
      return f();
    };
    const double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    at(0);
    worst = std::max(worst, std::abs(slope - grad[k]));
    largest = std::max(largest, std::abs(grad[k]));
  }
  return worst / largest;
}

/// One process, the given number of threads.
struct Team {
  explicit Team(int count = 1) : threads(count) {}
  Ranks ranks;
  Threads threads;
  [[nodiscard]] Workers workers() const { return {&ranks, &threads}; }
};

}  // namespace nmc::testing_training
