#include "models/flows/linear/elementary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

using simd::kTile;

/// to[i] = from[source[i]], row by row of a tile, in place.
template <class T>
void permute_rows(const std::vector<int>& source, T* y) {
  const std::vector<T> from(y, y + source.size() * kTile);
  for (std::size_t i = 0; i < source.size(); ++i)
    std::copy_n(from.data() + static_cast<std::size_t>(source[i]) * kTile, kTile, y + i * kTile);
}

template <class T>
void scale_rows(const std::vector<double>& log_scale, double sign, T* y) {
  for (std::size_t i = 0; i < log_scale.size(); ++i) {
    const T factor = static_cast<T>(std::exp(sign * log_scale[i]));
    for (int k = 0; k < kTile; ++k) y[i * kTile + static_cast<std::size_t>(k)] *= factor;
  }
}

}  // namespace

PermutationLayer::PermutationLayer(std::vector<int> permutation)
    : permutation_(std::move(permutation)), inverse_(permutation_.size(), -1) {
  const int n = static_cast<int>(permutation_.size());
  require(n > 0, "a permutation layer needs at least one site");
  for (int i = 0; i < n; ++i) {
    const int from = permutation_[static_cast<std::size_t>(i)];
    require(from >= 0 && from < n && inverse_[static_cast<std::size_t>(from)] < 0,
            fmt::format("entry {} = {} makes this no permutation of 0 … {}", i, from, n - 1));
    inverse_[static_cast<std::size_t>(from)] = i;
  }
}

void PermutationLayer::follow(LatentTrace& trace) const {
  trace.permute(permutation_);
}

template <class T>
void PermutationLayer::apply_tile(Direction way, TileView<T> tile) const {
  permute_rows(way == Direction::generate ? permutation_ : inverse_, tile.y);
}

template <class T>
void PermutationLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const auto& back = way == Direction::generate ? inverse_ : permutation_;
  permute_rows(back, tile.y);
  permute_rows(back, tile.gy);
}

ScalingLayer::ScalingLayer(Index sites, Index conditions) : log_scale_(sites, conditions) {
  require(sites > 0, "a scaling layer needs at least one site");
}

void ScalingLayer::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::fill(parameters.begin(), parameters.end(), 0.0);
}

void ScalingLayer::load(std::span<const double> parameters) {
  log_scale_.load(parameters);
}

template <class T>
void ScalingLayer::apply_tile(Direction way, TileView<T> tile) const {
  const double sign = way == Direction::generate ? 1 : -1;
  const std::vector<double> log_scale = log_scale_.at(tile.condition);
  scale_rows(log_scale, sign, tile.y);
  const double total = sign * std::accumulate(log_scale.begin(), log_scale.end(), 0.0);
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += total;
}

template <class T>
void ScalingLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const double sign = way == Direction::generate ? 1 : -1;
  const std::vector<double> log_scale = log_scale_.at(tile.condition);
  if (tile.grad) {
    for (std::size_t i = 0; i < log_scale.size(); ++i) {
      double sum = 0;
      for (int k = 0; k < kTile; ++k) {
        const std::size_t at = i * kTile + static_cast<std::size_t>(k);
        sum += static_cast<double>(tile.gy[at]) * static_cast<double>(tile.y[at]) +
               static_cast<double>(tile.g_log_det[k]);
      }
      log_scale_.add_grad(static_cast<Index>(i), sign * sum, tile.condition, tile.grad);
    }
  }
  scale_rows(log_scale, -sign, tile.y);
  scale_rows(log_scale, sign, tile.gy);
}

#define NMC_LAYER(LAYER, T)                                      \
  template void LAYER::apply_tile(Direction, TileView<T>) const; \
  template void LAYER::apply_tile_vjp(Direction, const TileVjp<T>&) const;
NMC_LAYER(PermutationLayer, float)
NMC_LAYER(PermutationLayer, double)
NMC_LAYER(ScalingLayer, float)
NMC_LAYER(ScalingLayer, double)
#undef NMC_LAYER

}  // namespace nmc
