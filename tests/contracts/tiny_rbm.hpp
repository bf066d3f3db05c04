#pragma once

#include <cmath>
#include <vector>

#include "core/interfaces.hpp"

namespace nmc::test {

/// A restricted Boltzmann machine of three spins v and two hidden spins h, all ±1:
/// ln p̃(v, h) = a·v + b·h + vᵀWh, with parameters a, b, W (column by column).
class TinyRbm final : public EnergyModel, public Blocks {
 public:
  static constexpr Index visible = 3, hidden = 2;
  explicit TinyRbm(std::vector<double> theta) : theta_(std::move(theta)) {}

  [[nodiscard]] Index sites() const override { return visible; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  [[nodiscard]] Column log_density(const Batch& v) const override {
    return (v.matrix() * a()).array() + (2 * field(0, v).cosh()).log().rowwise().sum();
  }
  void add_grad(const Batch& v, const Column& weight, std::span<double> grad) const override {
    const Eigen::MatrixXd mean = field(0, v).tanh().matrix();  // of h given v
    const Eigen::MatrixXd weighted = (v.colwise() * weight).matrix();
    Eigen::Map<Eigen::VectorXd> da(grad.data(), visible), db(grad.data() + visible, hidden);
    da += weighted.colwise().sum().transpose();
    db += mean.transpose() * weight.matrix();
    Eigen::Map<Eigen::MatrixXd>(grad.data() + visible + hidden, visible, hidden) +=
        weighted.transpose() * mean;
  }

  [[nodiscard]] const std::vector<Shape>& shapes() const override { return shapes_; }
  [[nodiscard]] Batch draw(Index block, std::span<const Batch> all,
                           const Batch& numbers) const override {
    const Batch tanh = field(block == 0 ? 1 : 0, all[block == 0 ? 1 : 0]).tanh();
    return (2 * numbers - 1 < tanh).select(Batch::Ones(tanh.rows(), tanh.cols()), -1);
  }
  [[nodiscard]] Column log_joint(std::span<const Batch> all) const override {
    return (all[0].matrix() * a()).array() + (field(0, all[0]) * all[1]).rowwise().sum();
  }

 private:
  using Vector = Eigen::Map<const Eigen::VectorXd>;
  [[nodiscard]] Vector a() const { return {theta_.data(), visible}; }
  [[nodiscard]] Vector b() const { return {theta_.data() + visible, hidden}; }
  /// What one block does to each spin of the other, (chains, size of the other).
  [[nodiscard]] Batch field(Index from, const Batch& s) const {
    const Eigen::Map<const Eigen::MatrixXd> W(theta_.data() + visible + hidden, visible, hidden);
    if (from == 0) return ((s.matrix() * W).rowwise() + b().transpose()).array();
    return ((s.matrix() * W.transpose()).rowwise() + a().transpose()).array();
  }

  std::vector<double> theta_;
  std::vector<Shape> shapes_{{visible, Support::spin}, {hidden, Support::spin}};
};

}  // namespace nmc::test
