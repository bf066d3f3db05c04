#include "drivers/latent/receptive_fields.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace nmc::drivers::latent {
namespace {

/// Row `site` of the Jacobian at every draw x = g(z), for a few sites at a time: their products
/// share a batch, draw after draw.
class Rows {
 public:
  Rows(const Flow& flow, const Batch& x) : flow_(flow), x_(x) {}

  /// ∂x_site/∂z of sites first … first + count − 1, (count · draws, latents).
  [[nodiscard]] Batch of(Index first, Index count) const {
    const Index draws = x_.rows();
    Batch x(count * draws, x_.cols()), unit = Batch::Zero(count * draws, x_.cols());
    for (Index s = 0; s < count; ++s) {
      x.middleRows(s * draws, draws) = x_;
      unit.block(s * draws, first + s, draws, 1).setOnes();
    }
    return flow_.forward_vjp(x, unit, Column::Zero(x.rows()), {});
  }

 private:
  const Flow& flow_;
  const Batch& x_;
};

void add_site(const LatentMap& map, Index site, const Batch& jacobian, ReceptiveFields& fields) {
  for (Index latent = 0; latent < map.sites(); ++latent) {
    const auto column = jacobian.col(latent);
    fields.mean(latent, site) = column.mean();
    fields.rms(latent, site) = std::sqrt(column.square().mean());
    if (map.reaches(latent, site)) continue;
    ++fields.outside;
    fields.most_outside = std::max(fields.most_outside, column.abs().maxCoeff());
  }
}

LevelReach reach_of(const LatentMap& map, Index level, const Batch& rms,
                    const std::vector<Index>& extents) {
  LevelReach reach{level};
  double weight = 0, moment = 0, cone = 0;
  for (const Index latent : map.of_level(level)) {
    ++reach.latents;
    for (Index site = 0; site < map.sites(); ++site) {
      const double square = rms(latent, site) * rms(latent, site);
      const double distance = torus_distance(latent, site, extents);
      weight += square;
      moment += square * distance * distance;
      cone += map.reaches(latent, site) ? 1 : 0;
    }
  }
  reach.cone = cone / static_cast<double>(std::max<Index>(reach.latents, 1));
  reach.radius = weight > 0 ? std::sqrt(moment / weight) : 0;
  reach.variance = weight / static_cast<double>(map.sites());
  return reach;
}

}  // namespace

double torus_distance(Index a, Index b, const std::vector<Index>& extents) {
  double square = 0;
  for (const Index extent : extents) {
    const Index apart = std::abs(a % extent - b % extent);
    const auto step = static_cast<double>(std::min(apart, extent - apart));
    square += step * step;
    a /= extent;
    b /= extent;
  }
  return std::sqrt(square);
}

ReceptiveFields receptive_fields(const Flow& flow, const LatentMap& map, const Batch& z,
                                 const std::vector<Index>& extents) {
  const std::clock_t start = std::clock();
  constexpr Index kRowsAtOnce = 1024;
  const Index sites = map.sites();
  ReceptiveFields fields{Batch(sites, sites), Batch(sites, sites), {}, z};
  const Batch x = flow.forward(z).y;
  const Rows rows(flow, x);
  const Index at_once = std::max<Index>(1, kRowsAtOnce / z.rows());
  for (Index first = 0; first < sites; first += at_once) {
    const Index count = std::min(at_once, sites - first);
    const Batch jacobian = rows.of(first, count);
    for (Index s = 0; s < count; ++s)
      add_site(map, first + s, jacobian.middleRows(s * z.rows(), z.rows()), fields);
  }
  for (Index level = map.levels - 1; level >= 0; --level)
    fields.levels.push_back(reach_of(map, level, fields.rms, extents));
  fields.cpu_seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return fields;
}

}  // namespace nmc::drivers::latent
