#include "models/flows/conv/conv_coupling.hpp"

#include <fmt/format.h>

#include "core/errors.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

void check_conv(const ConvSpec& spec) {
  require(!spec.extents.empty(), "a convolutional coupling needs a lattice");
  check_net(spec.net);
  require(spec.kept == 0 || spec.kept == 1,
          fmt::format("kept = {}: a checkerboard has the colours 0 and 1", spec.kept));
  require(spec.conditions >= 0, "a coupling cannot read fewer than 0 conditions");
}

/// Checks come before what is made of the spec.
const ConvSpec& checked(const ConvSpec& spec) {
  check_conv(spec);
  return spec;
}

}  // namespace

ConvCoupling::ConvCoupling(ConvSpec spec)
    : spec_(checked(spec)),
      stencil_(make_stencil(spec_.extents, spec_.kernel, spec_.is_isotropic)),
      lines_(lay_out_net(double_, spec_.net, stencil_.orbits), spec_.conditions) {
  (void)lay_out_net(single_, spec_.net, stencil_.orbits);
  single_.kept = double_.kept = spec_.kept;
}

void ConvCoupling::follow(LatentTrace& trace) const {
  const int layers = static_cast<int>(spec_.net.channels.size()) + 1;
  for (const int site : stencil_.of_colour[static_cast<std::size_t>(1 - spec_.kept)])
    trace.join(site, seen_from(stencil_, site, layers));
}

void ConvCoupling::initialise(std::span<double> parameters, std::uint64_t seed) const {
  std::ranges::fill(parameters, 0.0);
  start_net(double_, stencil_, seed, parameters.first(static_cast<std::size_t>(lines_.numbers())));
}

void ConvCoupling::load(std::span<const double> parameters) {
  lines_.load(parameters);
  if (spec_.conditions > 0) return;
  pack_net(single_, stencil_, parameters);
  pack_net(double_, stencil_, parameters);
}

template <class T>
const PackedConvNet<T>& ConvCoupling::loaded() const {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
const PackedConvNet<T>& ConvCoupling::net_at(const double* condition,
                                             PackedConvNet<T>& room) const {
  if (spec_.conditions == 0) return loaded<T>();
  room = loaded<T>();
  pack_net(room, stencil_, lines_.at(condition));
  return room;
}

template <class T>
void ConvCoupling::apply_tile(Direction way, TileView<T> tile) const {
  PackedConvNet<T> room;
  couple_field(net_at(tile.condition, room), stencil_, way, tile);
}

template <class T>
void ConvCoupling::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  PackedConvNet<T> room;
  const PackedConvNet<T>& net = net_at(tile.condition, room);
  if (spec_.conditions == 0 || tile.grad == nullptr) {
    couple_field_vjp(net, stencil_, way, tile);
    return;
  }
  std::vector<double> by_number(static_cast<std::size_t>(lines_.numbers()), 0.0);
  TileVjp<T> at_condition = tile;
  at_condition.grad = by_number.data();
  couple_field_vjp(net, stencil_, way, at_condition);
  for (Index k = 0; k < lines_.numbers(); ++k)
    lines_.add_grad(k, by_number[static_cast<std::size_t>(k)], tile.condition, tile.grad);
}

template void ConvCoupling::apply_tile(Direction, TileView<float>) const;
template void ConvCoupling::apply_tile(Direction, TileView<double>) const;
template void ConvCoupling::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void ConvCoupling::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
