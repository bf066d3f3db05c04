#include "drivers/latent/explained.hpp"

#include "core/statistics/held_out.hpp"
#include "drivers/latent/collective.hpp"

namespace nmc::drivers::latent {
namespace {

/// z_i and z_i² of the latents, and z_i z_j of no more than kMostProducts of them.
Batch features_of(const Batch& z, const std::vector<Index>& latents) {
  const Index n = std::ssize(latents);
  const bool has_products = n <= kMostProducts;
  Batch features(z.rows(), has_products ? n + n * (n + 1) / 2 : 2 * n);
  Index next = 0;
  for (const Index i : latents) features.col(next++) = z.col(i);
  for (Index a = 0; a < n; ++a)
    for (Index b = a; b < (has_products ? n : a + 1); ++b)
      features.col(next++) =
          z.col(latents[static_cast<std::size_t>(a)]) * z.col(latents[static_cast<std::size_t>(b)]);
  return features;
}

}  // namespace

Explained explained_by_latents(const Source& source, const LatentMap& map,
                               const PulledBack& draws) {
  const Collective collective = collective_of(source.system(), draws.x);
  Explained result{collective.names, {}};
  std::vector<Index> kept;
  for (Index level = map.levels - 1; level >= 0; --level) {
    const std::vector<Index> own = map.of_level(level);
    kept.insert(kept.end(), own.begin(), own.end());
    const Batch features = features_of(draws.z, kept);
    ExplainedLine line{level, features.cols(), std::ssize(kept) <= kMostProducts, {}};
    const bool is_enough =
        draws.z.rows() >= statistics::kDrawsPerCoefficient * (features.cols() + 1);
    for (Index i = 0; i < collective.values.cols(); ++i)
      line.r2.push_back(is_enough ? statistics::held_out(features, collective.values.col(i))
                                  : statistics::Estimate{});
    result.lines.push_back(std::move(line));
  }
  return result;
}

}  // namespace nmc::drivers::latent
