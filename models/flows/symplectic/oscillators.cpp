#include "models/flows/symplectic/oscillators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.hpp"

namespace nmc {
namespace {

using simd::kTile;

Index pairs_of(Index sites) {
  require(sites >= 2 && sites % 2 == 0,
          fmt::format("{} numbers are no positions and momenta: they come in pairs", sites));
  return sites / 2;
}

/// y_k ← y_k e^{sign · a_k} of the first rows.
template <class T>
void stretch_rows(const std::vector<double>& log_factor, double sign, T* y) {
  for (const double a : log_factor) {
    const T factor = static_cast<T>(std::exp(sign * a));
    for (int k = 0; k < kTile; ++k) y[k] *= factor;
    y += kTile;
  }
}

}  // namespace

OscillatorLayer::OscillatorLayer(Index sites, Index conditions)
    : log_frequency_(pairs_of(sites), conditions) {}

// Apart, since a rotation of equal ones changes nothing and would have no gradient.
void OscillatorLayer::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::ranges::fill(parameters, 0.0);
  const auto n = static_cast<std::size_t>(log_frequency_.numbers());
  for (std::size_t k = 0; k < n; ++k)
    parameters[k] = static_cast<double>(2 * k + 1) / static_cast<double>(2 * n) - 0.5;
}

std::vector<double> OscillatorLayer::frequencies(const double* condition) const {
  std::vector<double> omega = log_frequency_.at(condition);
  for (double& w : omega) w = std::exp(w);
  return omega;
}

template <class T>
void OscillatorLayer::apply_tile(Direction way, TileView<T> tile) const {
  const double sign = way == Direction::generate ? -1 : 1;
  const std::vector<double> w = log_frequency_.at(tile.condition);
  stretch_rows(w, sign, tile.y);
  const double total = sign * std::accumulate(w.begin(), w.end(), 0.0);
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += total;
}

template <class T>
void OscillatorLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const double sign = way == Direction::generate ? -1 : 1;
  const std::vector<double> w = log_frequency_.at(tile.condition);
  for (std::size_t i = 0; i < w.size() && tile.grad != nullptr; ++i) {
    double sum = 0;
    for (std::size_t at = i * kTile; at < (i + 1) * kTile; ++at)
      sum += static_cast<double>(tile.gy[at]) * static_cast<double>(tile.y[at]) +
             static_cast<double>(tile.g_log_det[at - i * kTile]);
    log_frequency_.add_grad(static_cast<Index>(i), sign * sum, tile.condition, tile.grad);
  }
  stretch_rows(w, -sign, tile.y);
  stretch_rows(w, sign, tile.gy);
}

template void OscillatorLayer::apply_tile(Direction, TileView<float>) const;
template void OscillatorLayer::apply_tile(Direction, TileView<double>) const;
template void OscillatorLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void OscillatorLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
