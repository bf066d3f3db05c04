#include "models/flows/conv/glow_layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "models/flows/conv/actnorm.hpp"
#include "models/flows/conv/invertible_convolution.hpp"

namespace nmc {
namespace {

void check_glow(const GlowSpec& spec) {
  require(!spec.extents.empty(), "glow needs a lattice");
  const int most = most_levels(spec.extents);
  for (const Index extent : spec.extents) {
    require(extent % 2 == 0, fmt::format("an extent of the lattice is {}: a squeeze halves it, so "
                                         "that it must be even; take model.name = real_nvp",
                                         extent));
    require(spec.kernel <= 3 || spec.kernel < extent,
            fmt::format("kernel = {} is wider than the lattice, whose extent {} it would wrap "
                        "around; take kernel = {}, or a larger lattice",
                        spec.kernel, extent, std::max<Index>(extent - 1, 3)));
  }
  require(spec.levels >= 0 && spec.levels <= most,
          fmt::format("levels = {}: a lattice of {} can be halved {} time{}; take levels = {}",
                      spec.levels, fmt::join(spec.extents, "x"), most, most == 1 ? "" : "s", most));
  require(spec.steps >= 1, fmt::format("repeat = {}: a level has at least 1 step", spec.steps));
}

/// Layers in the order of inference, with seeds of their own.
class GlowBuilder {
 public:
  GlowBuilder(const GlowSpec& spec, std::uint64_t seed) : spec_(spec), seed_(seed) {}

  void add_step(const Cells& cells) {
    // One after the other, a key of its own for each.
    seed_ += 0x9E3779B97F4A7C15ULL;
    layers_.push_back(std::make_unique<ActnormLayer>(cells, spec_.net.is_odd, spec_.conditions));
    layers_.push_back(std::make_unique<InvertibleConvolution>(
        cells, random_rotation(cells.channels, seed_), spec_.conditions));
    add_coupling(cells);
  }
  void add_coupling(const Cells& cells) {
    ChannelSpec coupling{cells, spec_.kernel, spec_.net, spec_.conditions};
    layers_.push_back(std::make_unique<ChannelCoupling>(std::move(coupling)));
  }
  [[nodiscard]] BijectorFlow::Layers in_generation() {
    std::ranges::reverse(layers_);
    return std::move(layers_);
  }

 private:
  const GlowSpec& spec_;
  std::uint64_t seed_;
  BijectorFlow::Layers layers_;
};

}  // namespace

int most_levels(const std::vector<Index>& extents) {
  int levels = 0;
  for (std::vector<Index> rest = extents;
       !rest.empty() && std::ranges::all_of(rest, [](Index n) { return n > 0 && n % 2 == 0; });
       ++levels)
    for (Index& extent : rest) extent /= 2;
  return levels;
}

BijectorFlow::Layers glow_layers(const GlowSpec& spec, std::uint64_t seed) {
  check_glow(spec);
  const int levels = spec.levels > 0 ? spec.levels : most_levels(spec.extents);
  GlowBuilder builder(spec, seed);
  Cells cells = single_cells(spec.extents);
  for (int level = 0; level < levels; ++level) {
    cells = squeezed(cells);
    for (int step = 0; step < spec.steps; ++step) builder.add_step(cells);
    if (level + 1 == levels) break;
    builder.add_coupling(cells);
    cells = some_channels(cells, 0, cells.channels / 2);
  }
  return builder.in_generation();
}

}  // namespace nmc
