#include "models/flows/spline/circular_coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/flows/map/latent_trace.hpp"

namespace nmc {
namespace {

using SiteLists = std::vector<std::vector<int>>;

std::vector<int> flat_rows(const SiteLists& rows) {
  std::vector<int> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return all;
}

void check_rows(const SiteLists& rows, const char* name, std::size_t width, Index sites) {
  for (const auto& row : rows) {
    require(row.size() == width && width > 0,
            fmt::format("all patches of a circular coupling must have the same number of {} "
                        "angles, one at least",
                        name));
    for (const int site : row)
      require(0 <= site && site < sites,
              fmt::format("{} names site {}; sites run from 0 to {}", name, site, sites - 1));
  }
}

void check_moved(const CircularSpec& spec) {
  std::set<int> moved;
  for (const auto& row : spec.moved)
    for (const int site : row)
      require(moved.insert(site).second, fmt::format("angle {} is moved twice", site));
  for (const auto& row : spec.kept)
    for (const int site : row)
      require(!moved.contains(site), fmt::format("angle {} is kept and moved", site));
  for (std::size_t p = 0; p < spec.moved.size(); ++p)
    for (const int site : spec.reference[p])
      require(std::ranges::find(spec.kept[p], site) != spec.kept[p].end(),
              fmt::format("the reference {} is none of the kept angles of its patch", site));
}

void check_circular(const CircularSpec& spec) {
  require(2 <= spec.bins && spec.bins <= 64,
          fmt::format("a circular spline has {} bins; it needs 2 to 64", spec.bins));
  require(!spec.hidden.empty(), "the net of a coupling needs at least one hidden layer");
  for (const int h : spec.hidden)
    require(h > 0, fmt::format("hidden width is {}; it must be at least 1", h));
  require(!spec.moved.empty() && spec.kept.size() == spec.moved.size() &&
              spec.reference.size() == spec.moved.size(),
          "a circular coupling needs kept, moved and reference angles of every patch");
  check_rows(spec.kept, "kept", spec.kept.front().size(), spec.sites);
  check_rows(spec.moved, "moved", spec.moved.front().size(), spec.sites);
  check_rows(spec.reference, "reference", spec.moved.front().size(), spec.sites);
  check_moved(spec);
}

template <class T>
Index lay_out_circular(const CircularSpec& spec, CircularNet<T>& c) {
  c.bins = spec.bins;
  c.is_invariant = spec.is_invariant;
  c.activation = spec.activation;
  std::vector<int> widths = spec.hidden;
  widths.insert(widths.begin(), 2 * static_cast<int>(spec.kept.front().size()));
  widths.push_back(spline_numbers(spec.bins) * static_cast<int>(spec.moved.front().size()));
  return lay_out_net(c.net, widths, 0);
}

}  // namespace

CircularCoupling::CircularCoupling(CircularSpec spec) : spec_(std::move(spec)) {
  check_circular(spec_);
  kept_ = flat_rows(spec_.kept);
  moved_ = flat_rows(spec_.moved);
  reference_ = flat_rows(spec_.reference);
  parameter_count_ = lay_out_circular(spec_, single_);
  (void)lay_out_circular(spec_, double_);
}

Support CircularCoupling::image(Support in) const {
  require(in == Support::angle, "a circular coupling moves angles and stands after " +
                                    in_words(in) + "; put a circle layer before");
  return in;
}

CircularPatches CircularCoupling::patches() const {
  return {static_cast<int>(spec_.moved.size()),
          static_cast<int>(spec_.kept.front().size()),
          static_cast<int>(spec_.moved.front().size()),
          kept_.data(),
          moved_.data(),
          reference_.data()};
}

void CircularCoupling::follow(LatentTrace& trace) const {
  for (std::size_t patch = 0; patch < spec_.moved.size(); ++patch)
    for (const int site : spec_.moved[patch]) trace.join(site, spec_.kept[patch]);
}

void CircularCoupling::initialise(std::span<double> parameters, std::uint64_t seed) const {
  Batch u(1, parameter_count_);
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  for (Index k = 0; k < parameter_count_; ++k)
    parameters[static_cast<std::size_t>(k)] = 2 * u(0, k) - 1;
  scale_start(double_.net, parameters);
}

void CircularCoupling::load(std::span<const double> parameters) {
  if (spec_.precision == Precision::single)
    pack_net(single_.net, parameters);
  else
    pack_net(double_.net, parameters);
}

void CircularCoupling::apply(Direction /*way*/, TileView<float> /*tile*/) const {
  throw std::logic_error("angles in single precision");
}

void CircularCoupling::apply_vjp(Direction /*way*/, const TileVjp<float>& /*tile*/) const {
  throw std::logic_error("angles in single precision");
}

void CircularCoupling::apply(Direction way, TileView<double> tile) const {
  if (spec_.precision == Precision::single)
    couple_angles(single_, patches(), way, tile);
  else
    couple_angles(double_, patches(), way, tile);
}

void CircularCoupling::apply_vjp(Direction way, const TileVjp<double>& tile) const {
  if (spec_.precision == Precision::single)
    couple_angles_vjp(single_, patches(), way, tile);
  else
    couple_angles_vjp(double_, patches(), way, tile);
}

}  // namespace nmc
