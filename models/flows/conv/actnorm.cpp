#include "models/flows/conv/actnorm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/nets/named_arrays.hpp"

namespace nmc {
namespace {

using archive::File;
using simd::kTile;

/// Calls act(channel, row) for the rows of all cells, a tile y or one of the same shape.
template <class T, class Act>
void for_channel_rows(const Cells& cells, T* y, const Act& act) {
  for (int cell = 0; cell < cells.count(); ++cell)
    for (int c = 0; c < cells.channels; ++c)
      act(static_cast<std::size_t>(c), y + static_cast<std::size_t>(cells.at(cell)[c]) * kTile);
}

/// row ← row · factor + shift.
template <class T>
void scale_and_shift(double factor, double shift, T* row) {
  const T f = static_cast<T>(factor), b = static_cast<T>(shift);
  for (int k = 0; k < kTile; ++k) row[k] = row[k] * f + b;
}

NamedArrays actnorm_arrays(int channels, bool is_odd, Index conditions) {
  NamedArrays arrays{{{"log_scale", 0, {channels}}}, conditions};
  if (!is_odd) arrays.arrays.push_back({"shift", channels, {channels}});
  return arrays;
}

}  // namespace

ActnormLayer::ActnormLayer(Cells cells, bool is_odd, Index conditions)
    : cells_(std::move(cells)),
      is_odd_(is_odd),
      lines_((is_odd ? 1 : 2) * cells_.channels, conditions) {
  check_cells(cells_);
}

void ActnormLayer::initialise(std::span<double> parameters, std::uint64_t /*seed*/) const {
  std::ranges::fill(parameters, 0.0);
}

// With slopes of 0 the layer is the same at all conditions.
void ActnormLayer::start_from(Batch& y, std::span<double> parameters) const {
  std::ranges::fill(parameters, 0.0);
  const auto channels = static_cast<std::size_t>(cells_.channels);
  const double count = static_cast<double>(cells_.count()) * static_cast<double>(y.rows());
  for (std::size_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    const auto for_columns = [&](const auto& act) {
      for (int cell = 0; cell < cells_.count(); ++cell) act(y.col(cells_.at(cell)[c]));
    };
    for_columns([&](const auto& column) { sum += column.sum(); });
    const double mean = is_odd_ ? 0 : sum / count;
    for_columns([&](const auto& column) { squares += (column - mean).square().sum(); });
    const double deviation = std::sqrt(squares / count);
    require(std::isfinite(deviation) && deviation > 0,
            fmt::format("channel {} of the data is the same in all of a batch: no scale can start "
                        "from it; give more of them, or others",
                        c));
    parameters[c] = std::log(deviation);
    if (!is_odd_) parameters[channels + c] = mean;
    for_columns([&](auto&& column) { column = (column - mean) / deviation; });
  }
}

template <class T>
void ActnormLayer::apply_tile(Direction way, TileView<T> tile) const {
  const std::vector<double> numbers = lines_.at(tile.condition);
  const auto channels = static_cast<std::size_t>(cells_.channels);
  const bool generates = way == Direction::generate;
  for_channel_rows(cells_, tile.y, [&](std::size_t c, T* row) {
    const double scale = std::exp(generates ? numbers[c] : -numbers[c]);
    const double shift = is_odd_ ? 0 : numbers[channels + c];
    scale_and_shift(scale, generates ? shift : -shift * scale, row);
  });
  const double sum =
      std::accumulate(numbers.begin(), numbers.begin() + static_cast<Index>(channels), 0.0);
  const double log_det = (generates ? 1 : -1) * cells_.count() * sum;
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += log_det;
}

// generate: y' = y e^s + b gives g_s = g' (y' − b) + g_log_det, g_b = g', g = g' e^s;
// infer: u = (y − b) e^−s gives g_s = −g_u u − g_log_det, g_b = −g_u e^−s = −g.
template <class T>
void ActnormLayer::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const std::vector<double> numbers = lines_.at(tile.condition);
  const auto channels = static_cast<std::size_t>(cells_.channels);
  const bool generates = way == Direction::generate;
  std::vector<double> by_number(numbers.size(), 0.0);
  for_channel_rows(cells_, tile.y, [&](std::size_t c, T* y) {
    T* const g = tile.gy + (y - tile.y);
    const double scale = std::exp(generates ? numbers[c] : -numbers[c]);
    const double shift = is_odd_ ? 0 : numbers[channels + c];
    double by_scale = 0, by_shift = 0;
    for (int k = 0; k < kTile; ++k) {
      const auto at = static_cast<double>(y[k]), cotangent = static_cast<double>(g[k]);
      const auto by_log_det = static_cast<double>(tile.g_log_det[k]);
      by_scale += generates ? cotangent * (at - shift) + by_log_det : -cotangent * at - by_log_det;
      by_shift += generates ? cotangent : -cotangent * scale;
    }
    by_number[c] += by_scale;
    if (!is_odd_) by_number[channels + c] += by_shift;
    scale_and_shift(1 / scale, generates ? -shift / scale : shift, y);
    scale_and_shift(scale, 0, g);
  });
  if (tile.grad == nullptr) return;
  for (std::size_t i = 0; i < by_number.size(); ++i)
    lines_.add_grad(static_cast<Index>(i), by_number[i], tile.condition, tile.grad);
}

void ActnormLayer::write(File& file, const std::string& group,
                         std::span<const double> parameters) const {
  file.set_attribute(group, "type", "actnorm");
  file.set_attribute(group, "odd", static_cast<std::int64_t>(is_odd_));
  write_condition_count(file, group, conditions());
  write_cells(file, group, cells_);
  write_named(file, group, actnorm_arrays(cells_.channels, is_odd_, conditions()), parameters);
}

StoredLayer ActnormLayer::read(const File& file, const std::string& group, Index sites) {
  KnownEntries known{{"type", "odd", "conditions"}};
  const bool is_odd = read_layer_flag(file, group, "odd");
  const int conditions = read_condition_count(file, group);
  auto layer =
      std::make_unique<ActnormLayer>(read_cells(file, group, sites, known), is_odd, conditions);
  const NamedArrays arrays = actnorm_arrays(layer->cells_.channels, is_odd, conditions);
  std::vector<double> parameters = read_named(file, group, arrays, known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(parameters)};
}

template void ActnormLayer::apply_tile(Direction, TileView<float>) const;
template void ActnormLayer::apply_tile(Direction, TileView<double>) const;
template void ActnormLayer::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void ActnormLayer::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
