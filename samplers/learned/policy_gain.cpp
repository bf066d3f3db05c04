#include <algorithm>
#include <cmath>
#include <vector>

#include "samplers/learned/policy_flips.hpp"
#include "samplers/learned/policy_path.hpp"
#include "samplers/learned/policy_random.hpp"

namespace nmc {
namespace {

using Features = FlipPolicy::Features;

/// One path with what the gradient needs of it.
struct Sampled {
  double gain = 0;      ///< acceptance × distance
  Features by_draw{};   ///< ∇ ln q(path)
  Features by_ratio{};  ///< gain × ∇ ln acceptance
};

/// The number of sites that stand an odd number of times in a path.
Index distance_of(std::vector<std::size_t> path) {
  std::ranges::sort(path);
  Index distance = 0;
  for (std::size_t k = 0; k < path.size();) {
    std::size_t end = k;
    while (end < path.size() && path[end] == path[k]) ++end;
    distance += static_cast<Index>((end - k) % 2);
    k = end;
  }
  return distance;
}

Sampled sampled(PolicyPath& path, PolicyRandom& random) {
  Sampled one;
  const double log_ratio =
      path.walk(random, [&one](const PolicyState& state, std::size_t i, bool is_turned) {
        const Features f = state.features(i), mean = state.mean_features();
        for (std::size_t k = 0; k < f.size(); ++k) {
          if (!is_turned) one.by_draw[k] += f[k] - mean[k];
          one.by_ratio[k] += (is_turned ? 1 : -1) * (f[k] - mean[k]);
        }
      });
  if (std::isfinite(log_ratio))
    one.gain = std::exp(std::min(log_ratio, 0.0)) * static_cast<double>(distance_of(path.sites()));
  for (double& value : one.by_ratio) value *= log_ratio < 0 ? one.gain : 0;
  return one;
}

}  // namespace

PolicyGain policy_gain(const FlipPolicy& policy, Index longest, const Batch& x,
                       const Streams& streams) {
  std::vector<Sampled> all;
  std::vector<std::int8_t> s(static_cast<std::size_t>(x.cols()));
  PolicyPath path(policy, longest);
  PolicyGain gain;
  const double rows = static_cast<double>(x.rows());
  for (Index row = 0; row < x.rows(); ++row) {
    for (std::size_t i = 0; i < s.size(); ++i)
      s[i] = x(row, static_cast<Index>(i)) > 0 ? std::int8_t{1} : std::int8_t{-1};
    path.begin(s.data());
    PolicyRandom random(Xoshiro(streams, row), policy.sites());
    all.push_back(sampled(path, random));
    gain.mean += all.back().gain / rows;
  }
  // The mean gain of the others as a baseline: it takes variance away and nothing else.
  for (const Sampled& one : all) {
    const double others = rows > 1 ? (gain.mean * rows - one.gain) / (rows - 1) : 0;
    for (std::size_t k = 0; k < gain.gradient.size(); ++k)
      gain.gradient[k] += ((one.gain - others) * one.by_draw[k] + one.by_ratio[k]) / rows;
  }
  return gain;
}

}  // namespace nmc
