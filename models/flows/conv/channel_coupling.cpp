#include "models/flows/conv/channel_coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "core/errors.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

/// With the inputs and outputs of its net, which are half of the channels each.
ChannelSpec checked_channels(ChannelSpec spec) {
  check_cells(spec.cells);
  require(spec.cells.channels % 2 == 0,
          fmt::format("channels = {}: a coupling keeps one half of them and moves the other; give "
                      "an even number",
                      spec.cells.channels));
  require(spec.conditions >= 0, "a coupling cannot read fewer than 0 conditions");
  check_net(spec.net);
  spec.net.inputs = spec.net.outputs = spec.cells.channels / 2;
  return spec;
}

}  // namespace

ChannelCoupling::ChannelCoupling(ChannelSpec spec)
    : spec_(checked_channels(std::move(spec))),
      stencil_(make_cell_stencil(spec_.cells.extents, spec_.kernel)),
      lines_(lay_out_net(double_, spec_.net, stencil_.orbits), spec_.conditions) {
  (void)lay_out_net(single_, spec_.net, stencil_.orbits);
}

void ChannelCoupling::follow(LatentTrace& trace) const {
  const int layers = static_cast<int>(spec_.net.channels.size()) + 1, half = spec_.net.inputs;
  for (int cell = 0; cell < spec_.cells.count(); ++cell) {
    std::vector<int> kept;
    for (const int seen : cells_seen_from(stencil_, cell, layers))
      kept.insert(kept.end(), spec_.cells.at(seen), spec_.cells.at(seen) + half);
    for (int c = half; c < spec_.cells.channels; ++c) trace.join(spec_.cells.at(cell)[c], kept);
  }
}

void ChannelCoupling::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  start_net(double_, stencil_, seed, parameters.first(static_cast<std::size_t>(lines_.numbers())));
}

void ChannelCoupling::load(std::span<const double> parameters) {
  lines_.load(parameters);
  if (spec_.conditions > 0) return;
  pack_net(single_, stencil_, parameters);
  pack_net(double_, stencil_, parameters);
}

template <class T>
const PackedConvNet<T>& ChannelCoupling::net_at(const double* condition,
                                                PackedConvNet<T>& room) const {
  const PackedConvNet<T>* loaded = nullptr;
  if constexpr (std::is_same_v<T, float>)
    loaded = &single_;
  else
    loaded = &double_;
  if (spec_.conditions == 0) return *loaded;
  room = *loaded;
  pack_net(room, stencil_, lines_.at(condition));
  return room;
}

template <class T>
void ChannelCoupling::apply_tile(Direction way, TileView<T> tile) const {
  PackedConvNet<T> room;
  couple_channels(ChannelNet<T>{net_at(tile.condition, room), stencil_, spec_.cells}, way, tile);
}

template <class T>
void ChannelCoupling::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  PackedConvNet<T> room;
  const ChannelNet<T> of{net_at(tile.condition, room), stencil_, spec_.cells};
  if (spec_.conditions == 0 || tile.grad == nullptr) {
    couple_channels_vjp(of, way, tile);
    return;
  }
  std::vector<double> by_number(static_cast<std::size_t>(lines_.numbers()), 0.0);
  TileVjp<T> at_condition = tile;
  at_condition.grad = by_number.data();
  couple_channels_vjp(of, way, at_condition);
  for (Index k = 0; k < lines_.numbers(); ++k)
    lines_.add_grad(k, by_number[static_cast<std::size_t>(k)], tile.condition, tile.grad);
}

template void ChannelCoupling::apply_tile(Direction, TileView<float>) const;
template void ChannelCoupling::apply_tile(Direction, TileView<double>) const;
template void ChannelCoupling::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void ChannelCoupling::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
