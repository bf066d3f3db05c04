#include "core/statistics/forward_weights.hpp"

#include <cmath>

#include "core/statistics/pareto.hpp"

namespace nmc::statistics {
namespace {

double log_mean_exp(const Column& x) {
  const double largest = x.maxCoeff();
  return largest + std::log((x - largest).exp().mean());
}

// ln(e^a + e^b), element by element.
Column log_add(const Column& a, double b) {
  return a.max(b) + (-(a - b).abs()).exp().log1p();
}

// A tail ~ t^(-1/k) of q has one ~ t^(1 - 1/k) of p: k_p = k/(1 - k).
double shape_under_q(double shape_under_p) {
  if (std::isinf(shape_under_p)) return 1;
  return shape_under_p > 0 ? shape_under_p / (1 + shape_under_p) : shape_under_p;
}

}  // namespace

double bridge_log_z(const Eigen::Ref<const Column>& of_p, const Eigen::Ref<const Column>& of_q) {
  const auto n_p = static_cast<double>(of_p.size()), n_q = static_cast<double>(of_q.size());
  const double log_p = std::log(n_p / (n_p + n_q)), log_q = std::log(n_q / (n_p + n_q));
  // Z = mean_q[w / (s_p w + s_q Z)] / mean_p[1 / (s_p w + s_q Z)] with s the shares of the draws:
  // each is a share of both, and the iteration contracts by the part that does not overlap.
  double log_z = log_mean_exp(of_q);
  constexpr int kMostSteps = 1000;
  constexpr double kRounding = 1e-10;
  for (int step = 0; step < kMostSteps; ++step) {
    const double above = log_mean_exp(of_q - log_add(of_q + log_p, log_z + log_q));
    const double below = log_mean_exp(-log_add(of_p + log_p, log_z + log_q));
    const double change = above - below - log_z;
    log_z += change;
    if (std::abs(change) < kRounding) break;
  }
  return log_z;
}

ForwardWeights summarise_forward(const ChainsRef& of_p, const Eigen::Ref<const Column>& of_q) {
  ForwardWeights forward;
  forward.draws = of_p.size();
  if (of_p.size() == 0 || of_q.size() == 0) return forward;
  const Chains copy = of_p;
  const Column all = Eigen::Map<const Column>(copy.data(), copy.size());
  forward.ess_fraction = std::exp(bridge_log_z(all, of_q) - log_mean_exp(all));
  forward.pareto_k = shape_under_q(pareto_k(all));
  forward.mean_log = all.mean();
  const Column means = of_p.colwise().mean().transpose();
  forward.mean_log_error = std::sqrt(sample_variance(means) / static_cast<double>(means.size()));
  forward.unseen =
      static_cast<double>((all > of_q.maxCoeff()).count()) / static_cast<double>(all.size());
  return forward;
}

}  // namespace nmc::statistics
