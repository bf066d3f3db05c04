#include "drivers/latent/level_pass.hpp"

#include "core/statistics/correlation.hpp"

namespace nmc::drivers::latent {
namespace {

using statistics::Estimate;

/// z with the variables finer than `level` taken from `fine`.
Batch with_fine(const LatentMap& map, Index level, const Batch& z, const Batch& fine) {
  Batch mixed = z;
  for (Index latent = 0; latent < map.sites(); ++latent)
    if (map.level[static_cast<std::size_t>(latent)] < level) mixed.col(latent) = fine.col(latent);
  return mixed;
}

std::vector<Estimate> means_of(const Collective& collective) {
  std::vector<Estimate> means;
  for (Index i = 0; i < collective.values.cols(); ++i)
    means.push_back(statistics::mean_of(collective.values.col(i)));
  return means;
}

}  // namespace

LevelPass level_pass(const Source& source, const LatentMap& map, const Batch& z,
                     const Batch& other) {
  const Flow& flow = source.flow();
  const Collective drawn = collective_of(source.system(), flow.forward(z).y);
  LevelPass pass{drawn.names, means_of(drawn), {}, Batch(map.levels, map.sites())};
  const Batch zero = Batch::Zero(z.rows(), z.cols());
  for (Index level = map.levels - 1; level >= 0; --level) {
    LevelLine line;
    line.level = level;
    for (const Index of_latent : map.level) line.latents += of_latent >= level ? 1 : 0;
    const Batch kept = with_fine(map, level, z, zero);
    const Mapped mean = flow.forward(kept);
    line.at_mean = means_of(collective_of(source.system(), mean.y));
    line.log_q = statistics::mean_of((log_normal_density(kept) - mean.log_det) /
                                     static_cast<double>(map.sites()));
    const Collective again =
        collective_of(source.system(), flow.forward(with_fine(map, level, z, other)).y);
    for (Index i = 0; i < drawn.values.cols(); ++i)
      line.explained.push_back(
          statistics::correlation_of(drawn.values.col(i), again.values.col(i)));
    pass.strip.row(map.levels - 1 - level) = mean.y.row(0);
    pass.lines.push_back(std::move(line));
  }
  return pass;
}

}  // namespace nmc::drivers::latent
