#include "models/flows/autoregressive/bend_layer.hpp"

#include <algorithm>
#include <vector>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/autoregressive/bend_kernel.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {

namespace {

/// Where the bends of a new layer begin and end, in standard deviations of a normal.
constexpr double kFirstBend = 0.7;

Bends bends_in(const std::vector<double>& numbers, Index sites) {
  return {numbers.data(), numbers.data() + sites, numbers.data() + 2 * sites};
}

}  // namespace

BendLayer::BendLayer(Index sites, Index conditions)
    : sites_(sites), numbers_(3 * sites, conditions) {
  require(sites > 0, "a bend layer needs at least one site");
}

void BendLayer::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::ranges::fill(parameters, 0.0);
  for (Index site = 0; site < sites_; ++site) {
    parameters[static_cast<std::size_t>(sites_ + site)] = -kFirstBend;
    parameters[static_cast<std::size_t>(2 * sites_ + site)] = kFirstBend;
  }
}

template <class T>
void BendLayer::apply_tile(Direction way, TileView<T> tile) const {
  const std::vector<double> here = numbers_.at(tile.condition);
  bend(bends_in(here, sites_), sites_, way, tile);
}

template <class T>
void BendLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const std::vector<double> here = numbers_.at(tile.condition);
  if (!tile.grad) {
    bend_vjp(bends_in(here, sites_), sites_, way, tile, nullptr);
    return;
  }
  std::vector<double> by_number(here.size(), 0);
  const BendGradient grad{by_number.data(), by_number.data() + sites_,
                          by_number.data() + 2 * sites_};
  bend_vjp(bends_in(here, sites_), sites_, way, tile, &grad);
  for (std::size_t i = 0; i < by_number.size(); ++i)
    numbers_.add_grad(static_cast<Index>(i), by_number[i], tile.condition, tile.grad);
}

void BendLayer::write(archive::File& file, const std::string& group,
                      std::span<const double> parameters) const {
  file.set_attribute(group, "type", "bend");
  write_condition_count(file, group, conditions());
  write_lines(file, group + "/bends", 3 * sites_, parameters);
}

StoredLayer BendLayer::read(const archive::File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  refuse_others(file, group, {{"type", "conditions"}, with_slopes({"bends"}, conditions)});
  std::vector<double> lines = read_lines(file, group + "/bends", {3 * sites, conditions});
  return {std::make_unique<BendLayer>(sites, conditions), std::move(lines)};
}

template void BendLayer::apply_tile(Direction, TileView<float>) const;
template void BendLayer::apply_tile(Direction, TileView<double>) const;
template void BendLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void BendLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
