#include "models/autoregressive/architectures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "models/autoregressive/layer_building.hpp"

namespace nmc {
namespace {

using layer_building::add_own_run;
using layer_building::check_sizes;
using layer_building::close_token;
using layer_building::empty_layer;
using layer_building::SharedMatrices;

CausalSpec started(const CausalFrame& frame) {
  CausalSpec spec;
  spec.sites = std::ssize(frame.order);
  spec.order = frame.order;
  spec.patch = frame.patch;
  spec.activation = frame.activation;
  require(spec.patch >= 1 && spec.sites % spec.patch == 0,
          fmt::format("patches of {} spins do not tile {} sites", spec.patch, spec.sites));
  spec.networks = frame.networks == 0 ? spec.tokens() : frame.networks;
  return spec;
}

/// The token of each site.
std::vector<Index> tokens_of(const std::vector<Index>& order, Index patch) {
  std::vector<Index> token(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    token[static_cast<std::size_t>(order[i])] = static_cast<Index>(i) / patch;
  return token;
}

}  // namespace

Index networks_needed(const Graph& couplings, const CausalFrame& frame) {
  const std::vector<Index> token = tokens_of(frame.order, frame.patch);
  Index networks = 1;
  for (const Bond& bond : couplings.bonds) {
    const Index i = token[static_cast<std::size_t>(bond.i)];
    const Index j = token[static_cast<std::size_t>(bond.j)];
    if (i != j) networks = std::max(networks, std::min(i, j) + 1);
  }
  return networks;
}

CausalSpec bernoulli_spec(const CausalFrame& frame) {
  CausalSpec spec = started(frame);
  CausalLayer layer = empty_layer(spec.logits(), spec.networks, true);
  for (Index t = 0; t < spec.networks; ++t) close_token(layer);
  spec.layers.push_back(std::move(layer));
  return spec;
}

CausalSpec made_spec(const CausalFrame& frame, const MadeShape& shape) {
  check_sizes(shape.depth, shape.width);
  CausalSpec spec = started(frame);
  for (Index l = 0; l < shape.depth; ++l) {
    const bool is_first = l == 0, is_last = l + 1 == shape.depth;
    CausalLayer layer = empty_layer(is_last ? spec.logits() : shape.width, spec.networks, true);
    layer.is_residual = shape.is_residual && !is_first && !is_last;
    for (Index t = 0; t < spec.networks; ++t) {
      add_own_run(layer, 0, is_first ? t * spec.patch : (t + 1) * shape.width);
      close_token(layer);
    }
    spec.layers.push_back(std::move(layer));
  }
  return spec;
}

CausalSpec pixel_cnn_spec(const CausalFrame& frame, const PixelCnnShape& shape) {
  check_sizes(shape.depth, shape.width);
  require(shape.kernel >= 1 && shape.kernel % 2 == 1,
          fmt::format("kernel = {}: it must be odd, to have a middle", shape.kernel));
  require(shape.extents.size() <= 2, "pixel_cnn needs a chain or a square lattice; use made");
  require(frame.patch == 1, "pixel_cnn draws one spin at a time: leave patch at 1");
  CausalSpec spec = started(frame);
  require(std::ranges::is_sorted(spec.order), "pixel_cnn draws in raster order: leave order away");
  const Index Lx = shape.extents.front();
  const Index Ly = shape.extents.size() == 2 ? shape.extents[1] : 1;
  const Index reach = shape.kernel / 2;
  const Index up = shape.is_periodic ? reach : 0;
  for (Index l = 0; l < shape.depth; ++l) {
    const bool is_first = l == 0, is_last = l + 1 == shape.depth;
    CausalLayer layer = empty_layer(is_last ? 1 : shape.width, spec.networks, false);
    layer.is_residual = shape.is_residual && !is_first && !is_last;
    const Index rows = is_first ? 1 : shape.width;
    SharedMatrices taps;
    for (Index t = 0; t < spec.networks; ++t) {
      std::vector<Index> seen;  // reaching round a small lattice one may meet a site twice
      for (Index dy = -reach; dy <= up; ++dy)
        for (Index dx = -reach; dx <= reach; ++dx) {
          Index x = t % Lx + dx, y = t / Lx + dy;
          if (shape.is_periodic) {
            x = (x % Lx + Lx) % Lx;
            y = (y % Ly + Ly) % Ly;
          }
          if (x < 0 || x >= Lx || y < 0 || y >= Ly) continue;
          const Index other = x + Lx * y;
          const bool is_there = is_first ? other < t : other <= t;
          if (!is_there || std::ranges::find(seen, other) != seen.end()) continue;
          seen.push_back(other);
          taps.add_run(layer, (dy + reach) * shape.kernel + dx + reach, other * rows, rows);
        }
      close_token(layer);
    }
    spec.layers.push_back(std::move(layer));
  }
  return spec;
}

CausalSpec wavenet_spec(const CausalFrame& frame, const WaveNetShape& shape) {
  CausalSpec spec = started(frame);
  Index depth = shape.depth;
  // Layer 0 sees the two tokens before, layer l doubles that: d layers see the last 2^d.
  if (depth == 0)
    while ((Index{1} << depth) + 1 < spec.networks || depth == 0) ++depth;
  check_sizes(depth, shape.width);
  for (Index l = 0; l <= depth; ++l) {
    const bool is_first = l == 0, is_last = l == depth;
    CausalLayer layer = empty_layer(is_last ? spec.logits() : shape.width, spec.networks, is_last);
    layer.is_residual = shape.is_residual && !is_first && !is_last;
    const Index rows = is_first ? spec.patch : shape.width;
    const Index dilation = Index{1} << l;
    SharedMatrices taps;
    for (Index t = 0; t < spec.networks; ++t) {
      const Index latest = is_first ? t - 1 : t;  // a token's own spins are not there yet
      if (latest >= 0) taps.add_run(layer, 0, latest * rows, rows);
      if (!is_last && latest >= dilation) taps.add_run(layer, 1, (latest - dilation) * rows, rows);
      close_token(layer);
    }
    spec.layers.push_back(std::move(layer));
  }
  return spec;
}

CausalSpec two_body_spec(const CausalFrame& frame, const Graph& couplings, double beta,
                         const TwoBodyShape& shape) {
  check_sizes(shape.depth, shape.width);
  CausalSpec spec = started(frame);
  spec.input = CausalInput::fields;
  wire_couplings(spec, couplings, beta);
  const std::vector<Index> position = tokens_of(spec.order, spec.patch);
  // The fields that are not those at the start: of sites from this token on with a drawn neighbour.
  std::vector<Index> earliest = position;
  for (const Bond& bond : couplings.bonds) {
    const auto i = static_cast<std::size_t>(bond.i), j = static_cast<std::size_t>(bond.j);
    earliest[i] = std::min(earliest[i], position[j]);
    earliest[j] = std::min(earliest[j], position[i]);
  }
  spec.field_first.push_back(0);
  for (Index t = 0; t < spec.networks; ++t) {
    for (const Index site : spec.order) {
      const auto i = static_cast<std::size_t>(site);
      if (position[i] >= t && earliest[i] < t) spec.field_sites.push_back(site);
    }
    spec.field_first.push_back(std::ssize(spec.field_sites));
  }
  for (Index l = 0; l < shape.depth; ++l) {
    const bool is_first = l == 0, is_last = l + 1 == shape.depth;
    CausalLayer layer = empty_layer(is_last ? spec.logits() : shape.width, spec.networks, true);
    for (Index t = 0; t < spec.networks; ++t) {
      const auto f = spec.field_first.begin() + t;
      if (is_first)
        add_own_run(layer, f[0], f[1] - f[0]);
      else
        add_own_run(layer, t * shape.width, shape.width);
      close_token(layer);
    }
    spec.layers.push_back(std::move(layer));
  }
  return spec;
}

void wire_couplings(CausalSpec& spec, const Graph& couplings, double beta) {
  require(couplings.sites == spec.sites,
          fmt::format("the couplings join {} sites, the network draws {}", couplings.sites,
                      spec.sites));
  require(couplings.plaquettes.empty(),
          "a network can be wired to couplings of two spins, not to plaquettes: use made or "
          "another network that reads spins alone, without couplings = true");
  spec.couplings = couplings;
  spec.beta = beta;
}

}  // namespace nmc
