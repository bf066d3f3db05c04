#include "models/flows/linear/free_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// The wave vector -k of every k, numbered like the sites.
std::vector<int> opposite(const std::vector<Index>& extents) {
  Index sites = 1;
  for (const Index L : extents) sites *= L;
  std::vector<int> result(static_cast<std::size_t>(sites));
  for (Index k = 0; k < sites; ++k) {
    Index rest = k, stride = 1, image = 0;
    for (const Index L : extents) {
      image += (L - rest % L) % L * stride;
      rest /= L;
      stride *= L;
    }
    result[static_cast<std::size_t>(k)] = static_cast<int>(image);
  }
  return result;
}

std::vector<int> pair_orbits(const std::vector<Index>& extents) {
  const auto image = opposite(extents);
  std::vector<int> orbit(image.size());
  int next = 0;
  for (std::size_t k = 0; k < orbit.size(); ++k) {
    const auto partner = static_cast<std::size_t>(image[k]);
    orbit[k] = partner < k ? orbit[partner] : next++;
  }
  return orbit;
}

Index orbits_in(const std::vector<int>& orbit) {
  Index orbits = 0;
  for (const int o : orbit) {
    require(o >= 0, "an orbit number is negative");
    orbits = std::max<Index>(orbits, o + 1);
  }
  return orbits;
}

template <class T>
Batch to_batch(const T* y, Index sites) {
  return Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic>>(y, kTile, sites)
      .template cast<double>();
}

template <class T>
void from_batch(const Batch& batch, T* y) {
  Eigen::Map<Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic>>(y, kTile, batch.cols()) =
      batch.template cast<T>();
}

}  // namespace

FreeFieldLayer::FreeFieldLayer(std::vector<Index> extents, Index conditions)
    : FreeFieldLayer(extents, pair_orbits(extents), conditions) {}

FreeFieldLayer::FreeFieldLayer(std::vector<Index> extents, std::vector<int> orbit, Index conditions)
    : filter_(extents), orbit_(std::move(orbit)), amplitudes_(orbits_in(orbit_), conditions) {
  const auto image = opposite(extents);
  require(orbit_.size() == image.size(),
          fmt::format("{} orbits are named for {} wave vectors", orbit_.size(), image.size()));
  for (std::size_t k = 0; k < orbit_.size(); ++k)
    require(
        orbit_[k] == orbit_[static_cast<std::size_t>(image[k])],
        fmt::format("wave vectors {} and {} are opposite and must share an orbit", k, image[k]));
  load(std::vector<double>(static_cast<std::size_t>(parameter_count())));
}

void FreeFieldLayer::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::fill(parameters.begin(), parameters.end(), 0.0);
}

void FreeFieldLayer::load(std::span<const double> parameters) {
  amplitudes_.load(parameters);
  if (conditions() == 0) own_ = filters(nullptr);
}

FreeFieldLayer::Filters FreeFieldLayer::filters(const double* condition) const {
  const std::vector<double> amplitude = amplitudes_.at(condition);
  Filters all;
  std::vector<double> up, down;
  for (const int o : orbit_) {
    const double a = amplitude[static_cast<std::size_t>(o)];
    up.push_back(std::exp(a));
    down.push_back(std::exp(-a));
    all.log_det += a;
  }
  all.forward = filter_.pack(up);
  all.backward = filter_.pack(down);
  return all;
}

const FreeFieldLayer::Filters& FreeFieldLayer::filters_at(const double* condition,
                                                          Filters& room) const {
  if (conditions() == 0) return own_;
  return room = filters(condition);
}

template <class T>
void FreeFieldLayer::apply_tile(Direction way, TileView<T> tile) const {
  Filters room;
  const Filters& here = filters_at(tile.condition, room);
  Batch y = to_batch(tile.y, sites());
  filter_.apply(here.along(way), y, y);
  from_batch(y, tile.y);
  for (int k = 0; k < kTile; ++k)
    tile.log_det[k] += way == Direction::generate ? here.log_det : -here.log_det;
}

template <class T>
void FreeFieldLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  Filters room;
  const Filters& here = filters_at(tile.condition, room);
  Batch y = to_batch(tile.y, sites());
  Batch g = to_batch(tile.gy, sites());
  if (tile.grad) {
    // d/da of y = e^{±a} x in wave-vector space is ± y: the output itself serves.
    const double sign = way == Direction::generate ? 1 : -1;
    std::vector<double> cross(orbit_.size(), 0.0);
    filter_.add_cross_spectrum(g, y, cross);
    double g_log_det = 0;
    for (int k = 0; k < kTile; ++k) g_log_det += static_cast<double>(tile.g_log_det[k]);
    for (std::size_t k = 0; k < orbit_.size(); ++k)
      amplitudes_.add_grad(orbit_[k], sign * (cross[k] + g_log_det), tile.condition, tile.grad);
  }
  const auto back = way == Direction::generate ? Direction::infer : Direction::generate;
  filter_.apply(here.along(back), y, y);
  filter_.apply(here.along(way), g, g);
  from_batch(y, tile.y);
  from_batch(g, tile.gy);
}

template void FreeFieldLayer::apply_tile(Direction, TileView<float>) const;
template void FreeFieldLayer::apply_tile(Direction, TileView<double>) const;
template void FreeFieldLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void FreeFieldLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
