#include "models/flows/continuous/continuous_flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/layers.hpp"
#include "models/flows/continuous/match_kernel.hpp"
#include "models/flows/nets/aligned_rows.hpp"

namespace nmc {
namespace {

using simd::kTile;

ContinuousSpec checked_velocity(ContinuousSpec spec) {
  require(spec.sites >= 1, "a continuous flow needs at least one site");
  require(spec.steps >= 1, fmt::format("steps = {}: a continuous flow has at least 1", spec.steps));
  for (const int width : spec.hidden)
    require(width >= 1, fmt::format("hidden = {}: a layer has at least 1 unit", width));
  require(
      spec.activation != simd::Activation::elu,
      "the slope of elu has a kink, across which steps lose their order: take tanh or softplus");
  if (spec.least_steps == 0) spec.least_steps = spec.steps;
  return spec;
}

std::vector<ContinuousFlow::Place> lay_out_velocity(const ContinuousSpec& spec) {
  std::vector<int> widths{static_cast<int>(spec.sites)};
  widths.insert(widths.end(), spec.hidden.begin(), spec.hidden.end());
  widths.push_back(static_cast<int>(spec.sites));
  std::vector<ContinuousFlow::Place> places;
  Index at = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    ContinuousFlow::Place place;
    place.inputs = widths[l];
    place.outputs = widths[l + 1];
    place.weight = at;
    place.bias = place.weight + static_cast<Index>(place.inputs) * place.outputs;
    place.time = place.bias + place.outputs;
    place.condition = place.time + place.outputs;
    at = place.end = place.condition + static_cast<Index>(spec.conditions) * place.outputs;
    places.push_back(place);
  }
  return places;
}

/// Rows [row, row + kTile) of columns as a tile; missing ones are zero.
template <class T, class Columns>
void put_match_rows(const Columns& from, Index row, T* to) {
  const Index rows = std::min<Index>(kTile, from.rows() - row);
  for (Index column = 0; column < from.cols(); ++column)
    for (Index k = 0; k < kTile; ++k)
      to[column * kTile + k] = k < rows ? static_cast<T>(from(row + k, column)) : T(0);
}

MatchGradient match_room(const std::vector<ContinuousFlow::Place>& places) {
  MatchGradient by;
  for (const ContinuousFlow::Place& place : places) {
    by.weight.emplace_back(static_cast<std::size_t>(place.bias - place.weight), 0.0);
    by.bias.emplace_back(static_cast<std::size_t>(place.outputs), 0.0);
    by.time.emplace_back(static_cast<std::size_t>(place.outputs), 0.0);
  }
  return by;
}

/// The stages of Runge–Kutta, (2 steps + 1).
double time_of(int stage, int steps) {
  return 0.5 * stage / steps;
}

}  // namespace

ContinuousFlow::ContinuousFlow(ContinuousSpec spec)
    : spec_(checked_velocity(std::move(spec))), places_(lay_out_velocity(spec_)) {}

std::size_t ContinuousFlow::trail_numbers() const {
  const std::size_t state = static_cast<std::size_t>(sites()) * kTile;
  return static_cast<std::size_t>(spec_.steps) * (state + insides_of_step(double_.velocity));
}

std::unique_ptr<Bijector> ContinuousFlow::with_steps(Index steps) const {
  ContinuousSpec spec = spec_;
  spec.steps = static_cast<int>(steps);
  auto other = std::make_unique<ContinuousFlow>(std::move(spec));
  other->load(parameters_);
  return other;
}

// The last layer starts small, so that the flow starts near the identity; what multiplies a
// condition starts at 0, so that it starts the same at all of them.
void ContinuousFlow::initialise(std::span<double> parameters, std::uint64_t seed) const {
  Batch noise(1, parameter_count());
  fill_normal({seed, 0, 0, Purpose::weights}, noise);
  std::ranges::fill(parameters, 0.0);
  constexpr double kLast = 0.1;
  for (const Place& place : places_) {
    const double size = &place == &places_.back() ? kLast : 1;
    const double width = size / std::sqrt(static_cast<double>(place.inputs));
    for (Index k = place.weight; k < place.bias; ++k)
      parameters[static_cast<std::size_t>(k)] = width * noise(0, k);
    for (Index k = place.bias; k < place.condition; ++k)
      parameters[static_cast<std::size_t>(k)] = 0.5 * size * noise(0, k);
  }
}

void ContinuousFlow::load(std::span<const double> parameters) {
  parameters_.assign(parameters.begin(), parameters.end());
  pack(single_);
  pack(double_);
}

template <class T>
void ContinuousFlow::pack(Loaded<T>& loaded) const {
  loaded.velocity = {.net = {},
                     .plain = {},
                     .sites = static_cast<int>(spec_.sites),
                     .steps = spec_.steps,
                     .activation = spec_.activation};
  for (const Place& place : places_) {
    const double* w = parameters_.data() + place.weight;
    PackedLayer<T> layer;
    layer.inputs = place.inputs;
    layer.outputs = place.outputs;
    layer.weight = simd::pack_weights<T>(w, layer.outputs, layer.inputs);
    layer.transposed = simd::pack_transposed<T>(w, layer.outputs, layer.inputs);
    loaded.velocity.net.push_back(std::move(layer));
    loaded.velocity.plain.emplace_back(w, parameters_.data() + place.bias);
  }
  if (spec_.conditions == 0) loaded.bias = biases<T>(nullptr);
}

template <class T>
auto ContinuousFlow::loaded() const -> const Loaded<T>& {
  if constexpr (std::is_same_v<T, float>)
    return single_;
  else
    return double_;
}

template <class T>
VelocityBias<T> ContinuousFlow::biases(const double* condition) const {
  VelocityBias<T> all;
  for (const Place& place : places_) {
    std::vector<T> of_layer;
    const double* const bias = parameters_.data() + place.bias;
    const double* const slope = parameters_.data() + place.time;
    const double* const by_condition = parameters_.data() + place.condition;
    for (int stage = 0; stage <= 2 * spec_.steps; ++stage)
      for (int unit = 0; unit < place.outputs; ++unit) {
        double value = bias[unit] + time_of(stage, spec_.steps) * slope[unit];
        for (int k = 0; k < spec_.conditions; ++k)
          value += condition[k] * by_condition[k * place.outputs + unit];
        of_layer.push_back(static_cast<T>(value));
      }
    all.push_back(std::move(of_layer));
  }
  return all;
}

template <class T>
void ContinuousFlow::apply_tile(Direction way, TileView<T> tile) const {
  const Loaded<T>& here = loaded<T>();
  if (spec_.conditions == 0) return integrate_net(NetAt<T>{&here.velocity, &here.bias}, way, tile);
  const VelocityBias<T> bias = biases<T>(tile.condition);
  integrate_net(NetAt<T>{&here.velocity, &bias}, way, tile);
}

template <class T>
void ContinuousFlow::apply_tile_vjp(Direction way, const TileVjp<T>& tile) const {
  const Loaded<T>& here = loaded<T>();
  const VelocityBias<T> bias =
      spec_.conditions == 0 ? VelocityBias<T>{} : biases<T>(tile.condition);
  const NetAt<T> at{&here.velocity, spec_.conditions == 0 ? &here.bias : &bias};
  if (tile.grad == nullptr) return integrate_net_vjp(at, way, tile, nullptr);
  VelocityGradient by;
  for (const Place& place : places_) {
    by.weight.emplace_back(static_cast<std::size_t>(place.bias - place.weight), 0.0);
    by.bias.emplace_back(static_cast<std::size_t>((2 * spec_.steps + 1) * place.outputs), 0.0);
  }
  integrate_net_vjp(at, way, tile, &by);
  add_to(tile.grad, by, tile.condition);
}

void ContinuousFlow::add_to(double* grad, const VelocityGradient& by,
                            const double* condition) const {
  for (std::size_t l = 0; l < places_.size(); ++l) {
    const Place& place = places_[l];
    for (std::size_t k = 0; k < by.weight[l].size(); ++k)
      grad[place.weight + static_cast<Index>(k)] += by.weight[l][k];
    const double* from = by.bias[l].data();
    for (int stage = 0; stage <= 2 * spec_.steps; ++stage)
      for (int unit = 0; unit < place.outputs; ++unit, ++from) {
        grad[place.bias + unit] += *from;
        grad[place.time + unit] += time_of(stage, spec_.steps) * *from;
        for (int k = 0; k < spec_.conditions; ++k)
          grad[place.condition + k * place.outputs + unit] += condition[k] * *from;
      }
  }
}

template <class T>
Column ContinuousFlow::match_rows(const SoughtVelocity& sought, double weight,
                                  std::span<double> grad) const {
  MatchNet<T> net{&loaded<T>().velocity, {}, {}};
  for (const Place& place : places_) {
    const auto of = [&](Index first) {
      return std::vector<T>(parameters_.begin() + first,
                            parameters_.begin() + first + place.outputs);
    };
    net.bias.push_back(of(place.bias));
    net.time.push_back(of(place.time));
  }
  const auto size = static_cast<std::size_t>(sites()) * kTile;
  const AlignedRows<T> x(size), v(size), time(kTile), weights(kTile), loss(kTile);
  MatchGradient by = match_room(places_);
  Column losses(sought.x.rows());
  for (Index row = 0; row < losses.size(); row += kTile) {
    const Index rows = std::min<Index>(kTile, losses.size() - row);
    put_match_rows(sought.x, row, x.get());
    put_match_rows(sought.velocity, row, v.get());
    put_match_rows(sought.time, row, time.get());
    for (Index k = 0; k < kTile; ++k) weights.get()[k] = static_cast<T>(k < rows ? weight : 0);
    match_velocity(net, MatchTile<T>{x.get(), time.get(), v.get(), weights.get(), loss.get()},
                   grad.empty() ? nullptr : &by);
    for (Index k = 0; k < rows; ++k) losses(row + k) = static_cast<double>(loss.get()[k]);
  }
  if (grad.empty()) return losses;
  const auto add = [&](const std::vector<double>& from, Index first) {
    for (std::size_t k = 0; k < from.size(); ++k)
      grad[static_cast<std::size_t>(first) + k] += from[k];
  };
  for (std::size_t l = 0; l < places_.size(); ++l) {
    add(by.weight[l], places_[l].weight);
    add(by.bias[l], places_[l].bias);
    add(by.time[l], places_[l].time);
  }
  return losses;
}

Column ContinuousFlow::mismatch(const SoughtVelocity& sought, Precision precision, double weight,
                                std::span<double> grad) const {
  return precision == Precision::single ? match_rows<float>(sought, weight, grad)
                                        : match_rows<double>(sought, weight, grad);
}

template void ContinuousFlow::apply_tile(Direction, TileView<float>) const;
template void ContinuousFlow::apply_tile(Direction, TileView<double>) const;
template void ContinuousFlow::apply_tile_vjp(Direction, const TileVjp<float>&) const;
template void ContinuousFlow::apply_tile_vjp(Direction, const TileVjp<double>&) const;

}  // namespace nmc
