#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc {

/// ln p(x) = −½ (x − μ)ᵀ C⁻¹ (x − μ) + const, unnormalised: lnZ = (N/2) ln 2π + ½ ln det C.
class Gaussian final : public Target {
 public:
  /// covariance (sites, sites), symmetric and positive.
  Gaussian(Eigen::VectorXd mean, const Eigen::MatrixXd& covariance);

  [[nodiscard]] Index sites() const override { return mean_.size(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  [[nodiscard]] double lnZ() const { return lnZ_; }
  [[nodiscard]] const Eigen::VectorXd& mean() const { return mean_; }

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd precision_;
  double lnZ_;
};

/// A ring in the plane, ln p(x) = −(|x| − r)² / (2 w²); two sites. Not differentiable at the origin
/// alone, where the gradient is taken as 0.
class Ring final : public Target {
 public:
  Ring(double radius, double width);

  [[nodiscard]] Index sites() const override { return 2; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  /// Z = 2π [w² e^{−r²/2w²} + r w √(π/2) (1 + erf(r/(√2 w)))].
  [[nodiscard]] double lnZ() const;
  /// ⟨|x|⟩ and ⟨|x|²⟩, closed forms.
  [[nodiscard]] double mean_radius() const;
  [[nodiscard]] double mean_square_radius() const;

 private:
  double radius_;
  double width_;
};

/// p(x) = Σ_k w_k N(x; μ_k, σ_k² 1), normalised: lnZ = 0. Weights are normalised on construction.
class GaussianMixture final : public Target {
 public:
  struct Component {
    double weight = 1;
    Eigen::VectorXd mean;
    double width = 1;  ///< σ_k
  };
  explicit GaussianMixture(std::vector<Component> components);
  /// `count` equal components of width σ at the corners of a regular polygon in the plane.
  static GaussianMixture polygon(Index count, double radius, double width);

  [[nodiscard]] Index sites() const override { return components_.front().mean.size(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
  [[nodiscard]] double lnZ() const { return 0; }

 private:
  [[nodiscard]] Batch log_terms(const Batch& x) const;
  std::vector<Component> components_;
};

}  // namespace nmc
