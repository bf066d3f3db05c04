#include "drivers/latent/latent_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drivers/latent/collective.hpp"
#include "drivers/latent/walks.hpp"

namespace nmc::drivers::latent {
namespace {

constexpr std::size_t kSliders = 4;
const std::vector<double> kPositions{-2, -1, 0, 1, 2};

}  // namespace

page::Explorer latent_grid(const Source& source, const LatentMap& map) {
  const std::vector<Index> latents = leading_latents(map, kSliders);
  Index points = 1;
  for (std::size_t i = 0; i < latents.size(); ++i) points *= std::ssize(kPositions);
  Batch z = Batch::Zero(points, map.sites());
  for (Index point = 0; point < points; ++point) {
    Index rest = point;
    for (const Index latent : latents) {
      z(point, latent) = kPositions[static_cast<std::size_t>(rest % std::ssize(kPositions))];
      rest /= std::ssize(kPositions);
    }
  }
  page::Explorer explorer;
  explorer.caption =
      "The configuration x = g(z) at these latent variables, all others at 0; one grid point each, "
      "computed beforehand.";
  for (const Index latent : latents) explorer.sliders.push_back(fmt::format("z {}", latent));
  explorer.positions = kPositions;
  const std::vector<Index> extents = source.extents();
  explorer.width = extents[0];
  explorer.height = map.sites() / extents[0];
  explorer.pictures = source.flow().forward(z).y;
  const Collective collective = collective_of(source.system(), explorer.pictures);
  explorer.readings = collective.names;
  explorer.values = collective.values;
  return explorer;
}

}  // namespace nmc::drivers::latent
