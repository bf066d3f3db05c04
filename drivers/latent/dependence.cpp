#include "drivers/latent/dependence.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/latent/latent_pairs.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;
using statistics::MutualInformation;

// Of each level and distance; more of them are told the same by the translations that are left.
constexpr Index kMostPairs = 8;

Eigen::MatrixXd correlation_of(const Batch& z) {
  Eigen::MatrixXd scaled = z.matrix();
  for (Index latent = 0; latent < z.cols(); ++latent) {
    scaled.col(latent).array() -= scaled.col(latent).mean();
    const double norm = scaled.col(latent).norm();
    if (norm > 0) scaled.col(latent) /= norm;
  }
  return scaled.transpose() * scaled;
}

LevelNormality normality_of(const LatentMap& map, Index level, const Dependence& of) {
  LevelNormality result{level};
  statistics::Normality sum{0, 0, 0, 0, 0};
  double within = 0, across = 0, pairs_within = 0, pairs_across = 0;
  const std::vector<Index> members = map.of_level(level);
  for (const Index latent : members) {
    const auto& one = of.variables[static_cast<std::size_t>(latent)];
    sum.mean += one.mean * one.mean;
    sum.variance += one.variance;
    sum.skewness += one.skewness * one.skewness;
    sum.kurtosis += one.kurtosis;
    sum.distance += one.distance;
    result.worst_distance = std::max(result.worst_distance, one.distance);
    for (Index other = 0; other < map.sites(); ++other) {
      if (other == latent) continue;
      const bool is_within = map.level[static_cast<std::size_t>(other)] == level;
      const double square = of.correlation(latent, other) * of.correlation(latent, other);
      (is_within ? within : across) += square;
      (is_within ? pairs_within : pairs_across) += 1;
    }
  }
  result.latents = std::ssize(members);
  const auto n = static_cast<double>(std::max<Index>(result.latents, 1));
  result.mean = {std::sqrt(sum.mean / n), sum.variance / n, std::sqrt(sum.skewness / n),
                 sum.kurtosis / n, sum.distance / n};
  result.covariance = pairs_within > 0 ? std::sqrt(within / pairs_within) : 0;
  result.to_others = pairs_across > 0 ? std::sqrt(across / pairs_across) : 0;
  return result;
}

// Pairs share their draws, so that the mean of their errors stands for that of their mean.
MutualInformation mean_of(const std::vector<MutualInformation>& all) {
  MutualInformation mean{{0, 0}, {0, 0}, 0, 0};
  const auto n = static_cast<double>(all.size());
  const auto add = [n](Estimate& sum, const Estimate& one) {
    sum.value += one.value / n;
    sum.error += one.error / n;
  };
  for (const MutualInformation& one : all) {
    add(mean.gaussian, one.gaussian);
    add(mean.neighbours, one.neighbours);
    mean.shuffled += one.shuffled / n;
    mean.halves += one.halves / n;
  }
  return mean;
}

PairInformation information_of(const LatentPairs& of, const PulledBack& draws,
                               const Threads& threads) {
  const std::size_t count = of.pairs.size();
  std::vector<MutualInformation> latents(count), sites(count);
  threads.for_each(static_cast<Index>(count), [&](Index task) {
    const auto p = static_cast<std::size_t>(task);
    const auto& [a, b] = of.pairs[p];
    latents[p] = statistics::mutual_information(draws.z.col(a), draws.z.col(b));
    sites[p] = statistics::mutual_information(draws.x.col(a), draws.x.col(b));
  });
  return {of.level, of.distance, static_cast<Index>(count), mean_of(latents), mean_of(sites)};
}

}  // namespace

Dependence dependence_of(const PulledBack& draws, const LatentMap& map,
                         const std::vector<Index>& extents, const Threads& threads) {
  Dependence result;
  result.draws = draws.z.rows();
  result.limit = statistics::kolmogorov_limit(static_cast<double>(result.draws));
  for (Index latent = 0; latent < map.sites(); ++latent)
    result.variables.push_back(statistics::normality(draws.z.col(latent)));
  result.correlation = correlation_of(draws.z);
  for (Index level = map.levels - 1; level >= 0; --level)
    result.levels.push_back(normality_of(map, level, result));
  for (const LatentPairs& pairs : latent_pairs(map, extents, kMostPairs))
    result.information.push_back(information_of(pairs, draws, threads));
  return result;
}

}  // namespace nmc::drivers::latent
