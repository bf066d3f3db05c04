#pragma once

#include "samplers/learned/affine_update.hpp"
#include "samplers/learned/learned_map.hpp"

namespace nmc {

/// The map of L2HMC (Levy, Hoffman and Sohl-Dickstein, ICLR 2018): leapfrog steps of which every
/// line is an AffineUpdate. Step t = 1 … M moves first the sites of one parity, then the others,
///   y_i ← y_i e^{ε S} + ε (v_i e^{ε Q} + T),  nets of (the sites that rest, v, t),
/// and M + 1 kicks, of ε/2 first and last,
///   v ← v e^{ε S} + ε (∇ln p(y) e^{ε Q} + T),  nets of (y, ∇ln p, t),
/// lie before, between and after them: half kicks of the paper that follow each other are one. With
/// nets that are 0, where training begins, it is the leapfrog of HMC bit for bit.
class GeneralisedLeapfrog final : public LearnedMap {
 public:
  struct Shape {
    Index sites = 0;
    Index steps = 1;  ///< M
    int hidden = 10;  ///< units of each of two hidden layers
  };
  explicit GeneralisedLeapfrog(const Shape& shape);
  void set_step_size(double epsilon) override { epsilon_ = epsilon; }

  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override;
  [[nodiscard]] bool needs_gradient() const override { return true; }
  [[nodiscard]] Index gradients() const override { return shape_.steps; }
  Column move(const Whitened& target, bool is_backward, PhasePoint& point) const override;
  double add_loss_gradient(const Whitened& target, const PhasePoint& from,
                           std::span<double> grad) const override;

 private:
  /// One line: a kick, or a drift of the sites of one parity.
  struct Line {
    bool is_kick = true;
    Index time = 0;    ///< 0 … M of kicks, 1 … M of drifts
    Index parity = 0;  ///< of the sites that drift
  };
  [[nodiscard]] std::vector<Line> lines() const;
  [[nodiscard]] AffineUpdate update(const Line& line) const;
  [[nodiscard]] Batch inputs(const Line& line, const PhasePoint& point) const;
  /// 1 for sites that a line leaves as they are, (sites).
  [[nodiscard]] Eigen::RowVectorXd resting(const Line& line) const;
  Column apply(const Line& line, PhasePoint& point, AffineUpdate::Record* record) const;
  Column undo(const Line& line, PhasePoint& point) const;
  struct Slopes {
    Batch by_y, by_v;
    Column by_log_det;
  };
  /// What the way back needs of a line.
  struct Passed {
    Line line;
    Batch y;  ///< where it began
    AffineUpdate::Record record;
  };
  void go_back(const Passed& passed, const Whitened& target, Slopes& slopes,
               std::span<double> grad) const;

  Shape shape_;
  double epsilon_ = 0.1;
  TanhNet kick_net_, drift_net_;
  std::vector<double> parameters_;
};

}  // namespace nmc
