#include "models/energy/rbm_exact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/simd/functions.hpp"

namespace nmc {
namespace {

/// States of the low units that are summed side by side, and tasks that share the high ones: fixed,
/// so that sums do not depend on the number of threads.
constexpr Index kLowUnits = 10;
constexpr Index kSumTasks = 16;
constexpr Index kMostSummed = 40;
/// Factors 1 + e^-|x| <= 2 whose product stays finite.
constexpr Index kFactors = 512;

/// Units 0 and 1: weight e^{d·s} Π_j (1 + e^{c_j + (sM)_j}) of the states s of the side summed
/// over.
struct SummedSide {
  Eigen::VectorXd d, c;
  Eigen::MatrixXd M;  ///< (summed, others)
};

SummedSide summed_side(const BinaryForm& form, Side side) {
  if (side == Side::hidden) return {form.b, form.a, form.W.transpose()};
  return {form.a, form.b, form.W};
}

/// Sums so far, over e^{−most}.
struct Partial {
  double most = -std::numeric_limits<double>::infinity();
  double sum = 0;
  Eigen::VectorXd summed, others;
  Eigen::MatrixXd products;  ///< (summed, others)

  void rescale(double to) {
    if (to <= most) return;
    const double factor = std::exp(most - to);
    sum *= factor;
    summed *= factor;
    others *= factor;
    products *= factor;
    most = to;
  }
  void add(Partial other) {
    rescale(other.most);
    other.rescale(most);
    sum += other.sum;
    summed += other.summed;
    others += other.others;
    products += other.products;
  }
};

class SideSum {
 public:
  SideSum(SummedSide side, bool has_moments)
      : side_(std::move(side)),
        has_moments_(has_moments),
        low_(std::min(kLowUnits, side_.d.size())) {
    const Index states = Index{1} << low_;
    low_fields_ = Batch::Zero(states, side_.c.size());
    low_weights_ = Column::Zero(states);
    bits_ = Eigen::MatrixXd::Zero(states, low_);
    for (Index s = 0; s < states; ++s)
      for (Index i = 0; i < low_; ++i) {
        if ((s >> i & 1) == 0) continue;
        bits_(s, i) = 1;
        low_weights_(s) += side_.d(i);
        low_fields_.row(s) += side_.M.row(i).array();
      }
  }

  [[nodiscard]] Index blocks() const { return Index{1} << (side_.d.size() - low_); }

  [[nodiscard]] Partial empty() const {
    Partial partial;
    partial.summed = Eigen::VectorXd::Zero(side_.d.size());
    partial.others = Eigen::VectorXd::Zero(side_.c.size());
    partial.products = Eigen::MatrixXd::Zero(has_moments_ ? side_.d.size() : 0, side_.c.size());
    return partial;
  }

  /// Adds the states whose high units are the bits of `block`.
  void add_block(Index block, Partial& to) const {
    Eigen::VectorXd base = side_.c;
    double weight = 0;
    for (Index i = low_; i < side_.d.size(); ++i) {
      if ((block >> (i - low_) & 1) == 0) continue;
      base += side_.M.row(i).transpose();
      weight += side_.d(i);
    }
    Batch means(has_moments_ ? low_fields_.rows() : 0, side_.c.size());
    Column log_weight = low_weights_ + weight;
    add_softplus(base, log_weight, means);
    to.rescale(log_weight.maxCoeff());
    const Column w = (log_weight - to.most).exp();
    to.sum += w.sum();
    if (!has_moments_) return;
    const Eigen::MatrixXd weighted = (means.colwise() * w).matrix();
    add_means({block, w, weighted}, to);
  }

 private:
  /// log_weight += Σ_j softplus(x_j), means = 1/(1 + e^{-x}).
  void add_softplus(const Eigen::VectorXd& base, Column& log_weight, Batch& means) const {
    const Index states = low_fields_.rows();
    Column product = Column::Ones(states), e(states), x(states);
    const auto size = static_cast<std::size_t>(states);
    for (Index j = 0; j < base.size(); ++j) {
      x = low_fields_.col(j) + base(j);
      e = -x.abs();
      simd::exp({e.data(), size}, {e.data(), size});
      log_weight += x.max(0.0);
      product *= 1 + e;
      if (has_moments_) means.col(j) = (x >= 0).select(1.0, e) / (1 + e);
      if (j % kFactors != kFactors - 1) continue;
      log_weight += product.log();
      product.setOnes();
    }
    log_weight += product.log();
  }

  struct Weighted {
    Index block;
    const Column& w;
    const Eigen::MatrixXd& means;  ///< of the others, times w
  };
  void add_means(const Weighted& states, Partial& to) const {
    const double total = states.w.sum();
    const Eigen::VectorXd others = states.means.colwise().sum().transpose();
    to.others += others;
    to.summed.head(low_) += bits_.transpose() * states.w.matrix();
    to.products.topRows(low_) += bits_.transpose() * states.means;
    for (Index i = low_; i < side_.d.size(); ++i) {
      if ((states.block >> (i - low_) & 1) == 0) continue;
      to.summed(i) += total;
      to.products.row(i) += others.transpose();
    }
  }

  SummedSide side_;
  bool has_moments_;
  Index low_;
  Batch low_fields_;  ///< (states of the low units, others)
  Column low_weights_;
  Eigen::MatrixXd bits_;  ///< (states of the low units, low units)
};

Partial sum_over(const SideSum& side, const Threads& threads) {
  const Index blocks = side.blocks();
  const Index tasks = std::min(kSumTasks, blocks);
  std::vector<Partial> parts(static_cast<std::size_t>(tasks), side.empty());
  threads.for_each(tasks, [&](Index task) {
    for (Index block = task * blocks / tasks; block < (task + 1) * blocks / tasks; ++block)
      side.add_block(block, parts[static_cast<std::size_t>(task)]);
  });
  Partial total = side.empty();
  for (Partial& part : parts) total.add(std::move(part));
  return total;
}

Index units_of(const RbmShape& shape, Side side) {
  return side == Side::visible ? shape.visible : shape.hidden;
}

void require_countable(const RbmShape& shape, Side side) {
  require(units_of(shape, side) <= kMostSummed,
          fmt::format("a sum over 2^{} states would take {:.1g} years", units_of(shape, side),
                      enumeration_seconds(shape, side, false) / 3.15e7));
}

}  // namespace

Side smaller_side(const RbmShape& shape) {
  return shape.hidden <= shape.visible ? Side::hidden : Side::visible;
}

double enumeration_seconds(const RbmShape& shape, Side side, bool with_moments) {
  constexpr double kPerUnit = 4e-9, kWithMoments = 4;
  const Index others = shape.visible + shape.hidden - units_of(shape, side);
  return std::ldexp(kPerUnit * (with_moments ? kWithMoments : 1) * static_cast<double>(others),
                    static_cast<int>(units_of(shape, side)));
}

double log_z(const Rbm& rbm, Side side, const Threads& threads) {
  require_countable(rbm.shape(), side);
  const BinaryForm form = binary_form(rbm);
  const Partial total = sum_over(SideSum(summed_side(form, side), false), threads);
  return form.constant + total.most + std::log(total.sum);
}

RbmMoments exact_moments(const Rbm& rbm, Side side, const Threads& threads) {
  require_countable(rbm.shape(), side);
  const BinaryForm form = binary_form(rbm);
  Partial total = sum_over(SideSum(summed_side(form, side), true), threads);
  RbmMoments moments;
  moments.log_z = form.constant + total.most + std::log(total.sum);
  moments.visible = (side == Side::visible ? total.summed : total.others) / total.sum;
  moments.hidden = (side == Side::visible ? total.others : total.summed) / total.sum;
  moments.products = total.products / total.sum;
  if (side == Side::visible) moments.products.transposeInPlace();
  if (rbm.units() == Units::binary) return moments;
  // ⟨(2h − 1)(2v − 1)⟩.
  moments.products = 4 * moments.products;
  moments.products.colwise() -= 2 * moments.hidden;
  moments.products.rowwise() -= 2 * moments.visible.transpose();
  moments.products.array() += 1;
  moments.visible = (2 * moments.visible.array() - 1).matrix();
  moments.hidden = (2 * moments.hidden.array() - 1).matrix();
  return moments;
}

void add_log_z_grad(const RbmMoments& moments, double weight, std::span<double> grad) {
  const Index nv = moments.visible.size(), nh = moments.hidden.size();
  Eigen::Map<Eigen::VectorXd>(grad.data(), nv) += weight * moments.visible;
  Eigen::Map<Eigen::VectorXd>(grad.data() + nv, nh) += weight * moments.hidden;
  Eigen::Map<Eigen::MatrixXd>(grad.data() + nv + nh, nh, nv) += weight * moments.products;
}

}  // namespace nmc
