#include "models/flows/spline/circle.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "core/statistics/significance.hpp"

namespace nmc {
namespace {

using simd::kTile;

constexpr double kPi = std::numbers::pi;
constexpr double kMostZ = 8.2;  // Φ(−8.2) = 1.2e-16

/// π (2Φ(z) − 1) = ± π (1 − 2Φ(−|z|)).
double to_circle(double z) {
  const double tail = std::erfc(std::abs(z) / std::numbers::sqrt2);  // 2Φ(−|z|)
  return std::copysign(kPi * (1 - tail), z);
}

double from_circle(double theta) {
  const double tail = std::clamp((kPi - std::abs(theta)) / (2 * kPi), 0.0, 0.5);
  const double z = std::min(-statistics::normal_quantile(tail), kMostZ);
  return std::copysign(z, theta);
}

double log_slope(double z) {
  return 0.5 * std::log(2 * kPi) - 0.5 * z * z;  // ln 2π + ln N(z)
}

}  // namespace

CircleLayer::CircleLayer(Index sites) : sites_(sites) {
  require(sites > 0, "a circle layer needs at least one site");
}

Support CircleLayer::image(Support in) const {
  require(in == Support::real, "a circle layer makes angles of real numbers and stands after " +
                                   in_words(in) + "; one is enough");
  return Support::angle;
}

template <class T>
void CircleLayer::apply_tile(Direction way, TileView<T> tile) const {
  for (Index i = 0; i < sites_ * kTile; ++i) {
    const auto in = static_cast<double>(tile.y[i]);
    const double out = way == Direction::generate ? to_circle(in) : from_circle(in);
    tile.y[i] = static_cast<T>(out);
    tile.log_det[i % kTile] += way == Direction::generate ? log_slope(in) : -log_slope(out);
  }
}

// generate: g_z = g_θ dθ/dz − z g_log_det; infer: g_θ = (g_z + z g_log_det) dz/dθ.
template <class T>
void CircleLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  for (Index i = 0; i < sites_ * kTile; ++i) {
    const auto out = static_cast<double>(tile.y[i]), g = static_cast<double>(tile.gy[i]);
    const auto g_log_det = static_cast<double>(tile.g_log_det[i % kTile]);
    const bool is_generation = way == Direction::generate;
    const double in = is_generation ? from_circle(out) : to_circle(out);
    const double z = is_generation ? in : out;
    const double slope = std::exp(log_slope(z));
    tile.y[i] = static_cast<T>(in);
    tile.gy[i] =
        static_cast<T>(is_generation ? g * slope - z * g_log_det : (g + z * g_log_det) / slope);
  }
}

template void CircleLayer::apply_tile(Direction, TileView<float>) const;
template void CircleLayer::apply_tile(Direction, TileView<double>) const;
template void CircleLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void CircleLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

void CircleLayer::write(archive::File& file, const std::string& group,
                        std::span<const double> /*parameters*/) const {
  file.set_attribute(group, "type", "circle");
}

StoredLayer CircleLayer::read(const archive::File& file, const std::string& group, Index sites) {
  refuse_others(file, group, {{"type"}});
  return {std::make_unique<CircleLayer>(sites), {}};
}

}  // namespace nmc
