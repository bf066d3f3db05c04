#include "models/flows/spline/spline_coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

void check_spline(const SplineSpec& spec) {
  require(2 <= spec.bins && spec.bins <= 64,
          fmt::format("a spline has {} bins; it needs 2 to 64", spec.bins));
  require(
      std::isfinite(spec.bound) && spec.bound > 0,
      fmt::format("the bound of a spline is {}; it must be a finite number above 0", spec.bound));
  require(!spec.hidden.empty(), "the net of a spline coupling needs at least one hidden layer");
  for (const int h : spec.hidden)
    require(h > 0, fmt::format("hidden width is {}; it must be at least 1", h));
  require(spec.conditions >= 0, "a spline coupling cannot read fewer than 0 conditions");
  std::vector<char> is_moved(static_cast<std::size_t>(std::max<Index>(spec.sites, 0)), 0);
  for (const int site : spec.moved) {
    require(0 <= site && site < spec.sites,
            fmt::format("moved names site {}; sites run from 0 to {}", site, spec.sites - 1));
    require(is_moved[static_cast<std::size_t>(site)] == 0,
            fmt::format("site {} is moved twice", site));
    is_moved[static_cast<std::size_t>(site)] = 1;
  }
  require(!spec.moved.empty() && std::ssize(spec.moved) < spec.sites,
          "a spline coupling must keep at least one site and move at least one");
}

template <class T>
Index lay_out_splines(const SplineSpec& spec, SplineNet<T>& c) {
  c.bins = spec.bins;
  c.bound = spec.bound;
  c.conditions = spec.conditions;
  c.activation = spec.activation;
  c.moved = spec.moved;
  std::vector<char> is_moved(static_cast<std::size_t>(spec.sites), 0);
  for (const int site : spec.moved) is_moved[static_cast<std::size_t>(site)] = 1;
  for (std::size_t site = 0; site < is_moved.size(); ++site)
    if (is_moved[site] == 0) c.kept.push_back(static_cast<int>(site));
  return lay_out_net(c.net, spline_net_widths(spec), 0);
}

}  // namespace

std::vector<int> spline_net_widths(const SplineSpec& spec) {
  std::vector<int> widths{static_cast<int>(spec.sites - std::ssize(spec.moved)) + spec.conditions};
  widths.insert(widths.end(), spec.hidden.begin(), spec.hidden.end());
  widths.push_back(line_spline_numbers(spec.bins) * static_cast<int>(spec.moved.size()));
  return widths;
}

SplineCoupling::SplineCoupling(SplineSpec spec) : spec_(std::move(spec)) {
  check_spline(spec_);
  parameter_count_ = lay_out_splines(spec_, single_);
  (void)lay_out_splines(spec_, double_);
}

void SplineCoupling::follow(LatentTrace& trace) const {
  for (const int site : spec_.moved) trace.join(site, double_.kept);
}

void SplineCoupling::initialise(std::span<double> parameters, std::uint64_t seed) const {
  Batch u(1, parameter_count_);
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  for (Index k = 0; k < parameter_count_; ++k)
    parameters[static_cast<std::size_t>(k)] = 2 * u(0, k) - 1;
  scale_start(double_.net, parameters);
  const PackedLayer<double>& first = double_.net.front();
  for (int o = 0; o < first.outputs; ++o)
    for (int k = first.inputs - spec_.conditions; k < first.inputs; ++k)
      parameters[static_cast<std::size_t>(first.grad_weight + o * first.inputs + k)] = 0;
}

void SplineCoupling::load(std::span<const double> parameters) {
  if (spec_.precision == Precision::single)
    pack_net(single_.net, parameters);
  else
    pack_net(double_.net, parameters);
}

void SplineCoupling::apply(Direction /*way*/, TileView<float> /*tile*/) const {
  throw std::logic_error("splines in single precision");
}

void SplineCoupling::apply_vjp(Direction /*way*/, const TileVjp<float>& /*tile*/) const {
  throw std::logic_error("splines in single precision");
}

void SplineCoupling::apply(Direction way, TileView<double> tile) const {
  if (spec_.precision == Precision::single)
    couple_splines(single_, way, tile);
  else
    couple_splines(double_, way, tile);
}

void SplineCoupling::apply_vjp(Direction way, const TileVjp<double>& tile) const {
  if (spec_.precision == Precision::single)
    couple_splines_vjp(single_, way, tile);
  else
    couple_splines_vjp(double_, way, tile);
}

}  // namespace nmc
