#include "drivers/certify/stationarity.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/roles/all_states.hpp"

namespace nmc::certify {
namespace {

/// Σ w f(x') − w f(x) with its variance, for one function.
struct Sum {
  double mean = 0, square = 0;
  void add(double term) {
    mean += term;
    square += term * term;
  }
  [[nodiscard]] double z() const {
    if (!std::isfinite(mean)) return mean;
    return square > 0 ? std::abs(mean) / std::sqrt(square) : 0;
  }
};

Deviates largest_of(const std::vector<Sum>& sums) {
  Deviates found;
  for (const Sum& sum : sums) {
    const double z = sum.z();
    if (!(z <= found.largest)) found.largest = z;
    if (sum.square > 0) ++found.count;
  }
  found.count = std::max(found.count, 1.0);
  return found;
}

/// Chains of a state that its deviate is normal with; states with fewer are one bin.
constexpr double kLeastShare = 400;

/// One function per state: whether x is it.
std::vector<Sum> of_states(const OneStep& step, const Column& weight, Support support) {
  const Index states = count_states(support, step.before.cols());
  std::vector<Sum> sums(static_cast<std::size_t>(states + 1));
  const auto bin = [&](Index state) {
    return static_cast<std::size_t>(step.share(state) < kLeastShare ? states : state);
  };
  for (Index chain = 0; chain < step.before.rows(); ++chain) {
    const Index from = state_number(step.before, chain, support);
    const Index to = state_number(step.after, chain, support);
    if (to < 0) return {{NAN, 1}};
    if (bin(from) == bin(to)) continue;
    sums[bin(from)].add(-weight(chain));
    sums[bin(to)].add(weight(chain));
  }
  return sums;
}

/// Each site, its square, its product with the next one; of angles the modes of one and two turns
/// of each and of neighbours' differences. Odd ones too: where p is even, even ones alone are blind
/// to a step that drifts; and those of two turns: nematic couplings hardly move the others. And ln
/// p, which a beta that is off moves by N times as much as a site: of sixteen sites they see next
/// to nothing.
std::vector<Sum> of_sites(const OneStep& step, const Column& weight, Support support) {
  std::vector<Sum> sums;
  const auto add = [&](const auto& function) {
    Sum sum;
    for (Index chain = 0; chain < step.before.rows(); ++chain)
      sum.add(weight(chain) * (function(step.after, chain) - function(step.before, chain)));
    sums.push_back(sum);
  };
  const bool is_circle = support.kind == Support::Kind::angle;
  for (Index site = 0; site < step.before.cols(); ++site) {
    const Index next = (site + 1) % step.before.cols();
    if (is_circle) {
      for (const double turns : {1.0, 2.0}) {
        const auto own = [=](const Batch& x, Index c) { return turns * x(c, site); };
        const auto apart = [=](const Batch& x, Index c) {
          return turns * (x(c, site) - x(c, next));
        };
        add([&](const Batch& x, Index c) { return std::sin(own(x, c)); });
        add([&](const Batch& x, Index c) { return std::cos(own(x, c)); });
        add([&](const Batch& x, Index c) { return std::sin(apart(x, c)); });
        add([&](const Batch& x, Index c) { return std::cos(apart(x, c)); });
      }
    } else {
      add([&](const Batch& x, Index c) { return x(c, site); });
      add([&](const Batch& x, Index c) { return x(c, site) * x(c, site); });
      add([&](const Batch& x, Index c) { return x(c, site) * x(c, next); });
      add([&](const Batch& x, Index c) { return std::cos(x(c, site)); });
    }
  }
  Sum of_log_p;
  for (Index chain = 0; chain < step.before.rows(); ++chain)
    if (weight(chain) > 0)
      of_log_p.add(weight(chain) * (step.log_p_after(chain) - step.log_p(chain)));
  sums.push_back(of_log_p);
  return sums;
}

}  // namespace

Eigen::VectorXd normalised(const Column& log_p) {
  const Eigen::VectorXd weight = (log_p - log_p.maxCoeff()).exp().matrix();
  return weight / weight.sum();
}

double stationarity_defect(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P) {
  const double flow = (P.transpose() * pi - pi).cwiseAbs().maxCoeff();
  return std::max(flow, (P.rowwise().sum().array() - 1).abs().maxCoeff());
}

Deviates deviates_of(const OneStep& step, Support support, double tilt) {
  const Column exponent = step.log_weight + tilt * step.log_p;
  const Column weight = (exponent - exponent.maxCoeff()).exp();
  return largest_of(step.share.size() > 0 ? of_states(step, weight, support)
                                          : of_sites(step, weight, support));
}

}  // namespace nmc::certify
