#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc::test {

/// ln p = −Σ x⁴/4 + Σ x_i x_{i+1}/2: not quadratic, sites coupled.
class Quartic final : public Target {
 public:
  explicit Quartic(Index sites) : sites_(sites) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    Batch grad;
    return log_density_grad(x, grad);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    grad = -x * x * x;
    Column log_p = Column::Zero(x.rows());
    for (Index i = 0; i < sites_; ++i) {
      log_p -= 0.25 * x.col(i) * x.col(i) * x.col(i) * x.col(i);
      if (i + 1 == sites_) continue;
      log_p += 0.5 * x.col(i) * x.col(i + 1);
      grad.col(i) += 0.5 * x.col(i + 1);
      grad.col(i + 1) += 0.5 * x.col(i);
    }
    return log_p;
  }

 private:
  Index sites_;
};

/// A flow without parameters, x = g(z) site by site.
class FixedFlow : public Flow {
 public:
  explicit FixedFlow(Index sites) : sites_(sites) {}
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] std::span<const double> parameters() const override { return {}; }
  [[nodiscard]] std::span<double> parameters() override { return {}; }

 private:
  Index sites_;
};

class IdentityFlow final : public FixedFlow {
 public:
  using FixedFlow::FixedFlow;
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    return {z, Column::Zero(z.rows())};
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override { return forward(x); }
  Batch forward_vjp(const Batch&, const Batch& gx, const Column&,
                    std::span<double>) const override {
    return gx;
  }
  Batch inverse_vjp(const Batch&, const Batch& gz, const Column&,
                    std::span<double>) const override {
    return gz;
  }
};

/// x = sinh(z): ln |dx/dz| = Σ ln cosh z.
class SinhFlow final : public FixedFlow {
 public:
  using FixedFlow::FixedFlow;
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    return {z.unaryExpr([](double v) { return std::sinh(v); }), log_cosh(z)};
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override {
    Batch z = x.unaryExpr([](double v) { return std::asinh(v); });
    Column log_det = -log_cosh(z);
    return {std::move(z), std::move(log_det)};
  }
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double>) const override {
    const Batch cosh = (1 + x * x).sqrt();
    return gx * cosh + (x / cosh).colwise() * g_log_det;
  }
  Batch inverse_vjp(const Batch&, const Batch&, const Column&, std::span<double>) const override {
    throw UserError("not used");
  }

 private:
  static Column log_cosh(const Batch& z) {
    return sum_sites(z.unaryExpr([](double v) { return std::log(std::cosh(v)); }));
  }
};

/// x = z + a sin z, a = 0.4: ln |dx/dz| = Σ ln(1 + a cos z). Gentle everywhere.
class SineFlow final : public FixedFlow {
 public:
  using FixedFlow::FixedFlow;
  static constexpr double a = 0.4;
  [[nodiscard]] Mapped forward(const Batch& z) const override {
    return {z + a * z.sin(), sum_sites((1 + a * z.cos()).log())};
  }
  [[nodiscard]] Mapped inverse(const Batch& x) const override {
    Batch z = x;  // Newton from here converges quadratically: the slope stays in [0.6, 1.4]
    for (int step = 0; step < 7; ++step) z -= (z + a * z.sin() - x) / (1 + a * z.cos());
    Column log_det = -forward(z).log_det;
    return {std::move(z), std::move(log_det)};
  }
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double>) const override {
    const Batch z = inverse(x).y;
    const Batch slope = 1 + a * z.cos();
    return gx * slope - (a * z.sin() / slope).colwise() * g_log_det;
  }
  Batch inverse_vjp(const Batch&, const Batch&, const Column&, std::span<double>) const override {
    throw UserError("not used");
  }
};

/// Finite within |x| < limit, NaN beyond: a density that fails.
class Broken final : public Target {
 public:
  Broken(Index sites, double limit) : quartic_(sites), limit_(limit) {}
  [[nodiscard]] Index sites() const override { return quartic_.sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    return spoil(x, quartic_.log_density(x));
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    return spoil(x, quartic_.log_density_grad(x, grad));
  }

 private:
  [[nodiscard]] Column spoil(const Batch& x, const Column& log_p) const {
    const Column size = x.abs().rowwise().maxCoeff();
    return (size < limit_)
        .select(log_p, Column::Constant(x.rows(), std::numeric_limits<double>::quiet_NaN()));
  }
  Quartic quartic_;
  double limit_;
};

class Mean final : public Observable {
 public:
  [[nodiscard]] std::string name() const override { return "mean"; }
  [[nodiscard]] Column measure(const Batch& x) const override {
    return sum_sites(x) / static_cast<double>(x.cols());
  }
};

}  // namespace nmc::test
