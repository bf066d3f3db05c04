#include "samplers/learned/flip_policy.hpp"

#include <algorithm>

namespace nmc {
namespace {

using Sites = std::vector<std::uint32_t>;

void sort_once(Sites& sites) {
  std::ranges::sort(sites);
  sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
}

}  // namespace

FlipPolicy::FlipPolicy(const Graph& graph, double beta)
    : bonds_(adjacency(graph)),
      plaquettes_(plaquettes_by_site(graph)),
      field_(graph.field),
      beta_(beta),
      around_(static_cast<std::size_t>(graph.sites)),
      reached_(around_.size()) {
  for (std::size_t i = 0; i < around_.size(); ++i) {
    Sites& sites = around_[i];
    for (Index n = bonds_.first[i]; n < bonds_.first[i + 1]; ++n)
      sites.push_back(static_cast<std::uint32_t>(bonds_.neighbour[static_cast<std::size_t>(n)]));
    for (Index n = plaquettes_.first[i]; n < plaquettes_.first[i + 1]; ++n)
      for (const Index j : plaquettes_.others[static_cast<std::size_t>(n)])
        sites.push_back(static_cast<std::uint32_t>(j));
    sort_once(sites);
  }
  for (std::size_t i = 0; i < around_.size(); ++i) {
    Sites& sites = reached_[i];
    sites = around_[i];
    sites.push_back(static_cast<std::uint32_t>(i));
    for (const std::uint32_t j : around_[i])
      sites.insert(sites.end(), around_[j].begin(), around_[j].end());
    sort_once(sites);
  }
}

double FlipPolicy::cost(const std::int8_t* s, std::size_t i) const {
  double field = field_.empty() ? 0 : field_[i];
  for (Index n = bonds_.first[i]; n < bonds_.first[i + 1]; ++n) {
    const auto at = static_cast<std::size_t>(n);
    field += bonds_.J[at] * s[bonds_.neighbour[at]];
  }
  for (Index n = plaquettes_.first[i]; n < plaquettes_.first[i + 1]; ++n) {
    const auto at = static_cast<std::size_t>(n);
    const auto& [a, b, c] = plaquettes_.others[at];
    field += plaquettes_.K[at] * (s[a] * s[b] * s[c]);
  }
  return 2 * beta_ * s[i] * field;
}

WeightTree::WeightTree(std::size_t leaves) : leaves_(leaves), width_(1) {
  while (width_ < leaves) width_ *= 2;
  nodes_.assign(2 * width_, 0);
}

void WeightTree::set(std::size_t leaf, double weight) {
  std::size_t node = width_ + leaf;
  nodes_[node] = weight;
  for (node /= 2; node >= 1; node /= 2) nodes_[node] = nodes_[2 * node] + nodes_[2 * node + 1];
}

void WeightTree::sum_all() {
  for (std::size_t node = width_ - 1; node >= 1; --node)
    nodes_[node] = nodes_[2 * node] + nodes_[2 * node + 1];
}

std::size_t WeightTree::leaf_at(double u) const {
  double left = u * total();
  std::size_t node = 1;
  while (node < width_) {
    node *= 2;
    // Where rounding leaves more than there is, the last leaf with a weight.
    if (left < nodes_[node] || nodes_[node + 1] == 0) continue;
    left -= nodes_[node];
    ++node;
  }
  return std::min(node - width_, leaves_ - 1);
}

PolicyState::PolicyState(const FlipPolicy& policy)
    : policy_(policy),
      cost_(static_cast<std::size_t>(policy.sites())),
      slope_(cost_.size()),
      log_w_(cost_.size()),
      tree_(cost_.size()) {}

void PolicyState::set_cost(std::size_t i) {
  cost_[i] = policy_.cost(s_, i);
  slope_[i] = std::tanh(0.5 * cost_[i]);
}

FlipPolicy::Features PolicyState::features(std::size_t i) const {
  double sum = 0;
  const std::vector<std::uint32_t>& around = policy_.around(i);
  for (const std::uint32_t j : around) sum += slope_[j];
  if (!around.empty()) sum /= static_cast<double>(around.size());
  return {cost_[i], std::abs(cost_[i]), slope_[i], sum};
}

double PolicyState::log_weight(std::size_t i) const {
  const FlipPolicy::Features f = features(i);
  double sum = 0;
  for (std::size_t k = 0; k < f.size(); ++k) sum += policy_.theta()[k] * f[k];
  return sum;
}

void PolicyState::begin(std::int8_t* s) {
  s_ = s;
  for (std::size_t i = 0; i < cost_.size(); ++i) set_cost(i);
  for (std::size_t i = 0; i < cost_.size(); ++i) {
    log_w_[i] = log_weight(i);
    tree_.set_leaf(i, std::exp(log_w_[i]));
  }
  tree_.sum_all();
}

void PolicyState::turn(std::size_t i) {
  s_[i] = static_cast<std::int8_t>(-s_[i]);
  set_cost(i);
  for (const std::uint32_t j : policy_.around(i)) set_cost(j);
  for (const std::uint32_t j : policy_.reached(i)) {
    log_w_[j] = log_weight(j);
    tree_.set(j, std::exp(log_w_[j]));
  }
}

FlipPolicy::Features PolicyState::mean_features() const {
  FlipPolicy::Features mean{};
  for (std::size_t i = 0; i < cost_.size(); ++i) {
    const FlipPolicy::Features f = features(i);
    for (std::size_t k = 0; k < f.size(); ++k) mean[k] += tree_.weight(i) * f[k];
  }
  for (double& value : mean) value /= tree_.total();
  return mean;
}

}  // namespace nmc
