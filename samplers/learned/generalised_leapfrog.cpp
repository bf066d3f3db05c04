#include "samplers/learned/generalised_leapfrog.hpp"

#include <cmath>
#include <numbers>

#include "samplers/learned/jump_loss.hpp"

namespace nmc {
namespace {

// The nets' first weights: another key for each.
constexpr std::uint64_t kKickKey = 1, kDriftKey = 2;
constexpr int kTimes = 2;  // cosine and sine of the time, 0 … 2π over a trajectory

std::vector<int> widths_for(Index sites, int hidden) {
  const int n = static_cast<int>(sites);
  return {2 * n + kTimes, hidden, hidden, 3 * n};
}

}  // namespace

GeneralisedLeapfrog::GeneralisedLeapfrog(const Shape& shape)
    : shape_(shape),
      kick_net_(widths_for(shape.sites, shape.hidden)),
      drift_net_(widths_for(shape.sites, shape.hidden)),
      parameters_(kick_net_.size() + drift_net_.size()) {
  require(shape.steps >= 1, "L2HMC needs at least one leapfrog step per trajectory");
  require(shape.hidden >= 1, "the nets of L2HMC need at least one hidden unit");
  const std::span<double> all = parameters_;
  kick_net_.start({.seed = kKickKey, .purpose = Purpose::weights}, all.first(kick_net_.size()));
  drift_net_.start({.seed = kDriftKey, .purpose = Purpose::weights}, all.last(drift_net_.size()));
  parameters_changed();
}

void GeneralisedLeapfrog::parameters_changed() {
  const std::span<const double> all = parameters_;
  kick_net_.pack(all.first(kick_net_.size()));
  drift_net_.pack(all.last(drift_net_.size()));
}

std::vector<GeneralisedLeapfrog::Line> GeneralisedLeapfrog::lines() const {
  std::vector<Line> all{{true, 0, 0}};
  for (Index t = 1; t <= shape_.steps; ++t) {
    all.push_back({false, t, t % 2});
    all.push_back({false, t, (t + 1) % 2});
    all.push_back({true, t, 0});
  }
  return all;
}

Eigen::RowVectorXd GeneralisedLeapfrog::resting(const Line& line) const {
  Eigen::RowVectorXd rests(shape_.sites);
  for (Index i = 0; i < shape_.sites; ++i) rests(i) = i % 2 == line.parity ? 0 : 1;
  return rests;
}

AffineUpdate GeneralisedLeapfrog::update(const Line& line) const {
  if (!line.is_kick)
    return {drift_net_, {epsilon_ * (1 - resting(line).array()).matrix(), epsilon_}};
  const bool is_end = line.time == 0 || line.time == shape_.steps;
  const double length = is_end ? 0.5 * epsilon_ : epsilon_;
  return {kick_net_, {Eigen::RowVectorXd::Constant(shape_.sites, length), epsilon_}};
}

Batch GeneralisedLeapfrog::inputs(const Line& line, const PhasePoint& point) const {
  const Index n = shape_.sites;
  Batch in(point.y.rows(), 2 * n + kTimes);
  if (line.is_kick) {
    in.leftCols(n) = point.y;
    in.middleCols(n, n) = point.grad;
  } else {
    in.leftCols(n) = point.y.rowwise() * resting(line).array();
    in.middleCols(n, n) = point.v;
  }
  const double angle =
      2 * std::numbers::pi * static_cast<double>(line.time) / static_cast<double>(shape_.steps);
  in.col(2 * n) = std::cos(angle);
  in.col(2 * n + 1) = std::sin(angle);
  return in;
}

Column GeneralisedLeapfrog::apply(const Line& line, PhasePoint& point,
                                  AffineUpdate::Record* record) const {
  const Batch in = inputs(line, point);
  if (line.is_kick) return update(line).forward(in, point.grad, point.v, record);
  return update(line).forward(in, point.v, point.y, record);
}

Column GeneralisedLeapfrog::undo(const Line& line, PhasePoint& point) const {
  const Batch in = inputs(line, point);
  if (line.is_kick) return update(line).inverse(in, point.grad, point.v);
  return update(line).inverse(in, point.v, point.y);
}

Column GeneralisedLeapfrog::move(const Whitened& target, bool is_backward,
                                 PhasePoint& point) const {
  const std::vector<Line> all = lines();
  Column log_det = Column::Zero(point.y.rows());
  const std::size_t count = all.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Line& line = is_backward ? all[count - 1 - i] : all[i];
    // Every position between two kicks is new where it is first asked for its gradient.
    if (line.is_kick && i > 0)
      point.log_p = target.log_density_grad(point.y, point.grad, &point.by_x);
    log_det += is_backward ? undo(line, point) : apply(line, point, nullptr);
  }
  return log_det;
}

void GeneralisedLeapfrog::go_back(const Passed& passed, const Whitened& target, Slopes& slopes,
                                  std::span<double> grad) const {
  const Index n = shape_.sites;
  const Line& line = passed.line;
  if (line.is_kick) {
    const AffineUpdate::Slopes back = update(line).backward(
        passed.record, slopes.by_log_det, slopes.by_v, grad.first(kick_net_.size()));
    const Batch by_force = back.by_w + back.by_inputs.middleCols(n, n);
    slopes.by_y += back.by_inputs.leftCols(n) + target.curvature_times(passed.y, by_force);
    return;
  }
  const AffineUpdate::Slopes back = update(line).backward(
      passed.record, slopes.by_log_det, slopes.by_y, grad.last(drift_net_.size()));
  slopes.by_y += back.by_inputs.leftCols(n).rowwise() * resting(line).array();
  slopes.by_v += back.by_w + back.by_inputs.middleCols(n, n);
}

double GeneralisedLeapfrog::add_loss_gradient(const Whitened& target, const PhasePoint& from,
                                              std::span<double> grad) const {
  std::vector<Passed> passed;
  PhasePoint end = from;
  Column log_det = Column::Zero(from.y.rows());
  for (const Line& line : lines()) {
    if (line.is_kick && line.time > 0) end.log_p = target.log_density_grad(end.y, end.grad);
    passed.push_back({line, end.y, {}});
    log_det += apply(line, end, &passed.back().record);
  }
  const Column log_ratio = log_ratio_of(from, end, log_det);
  const JumpSlopes loss = jump_loss({log_ratio, from.y, end.y}, 0);
  Slopes slopes{loss.by_end + end.grad.colwise() * loss.by_ratio,
                end.v.colwise() * Column(-loss.by_ratio), loss.by_ratio};
  for (std::size_t i = passed.size(); i-- > 0;) go_back(passed[i], target, slopes, grad);
  return loss.loss;
}

}  // namespace nmc
