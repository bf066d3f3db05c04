#include "models/flows/coupling/mera.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/errors.hpp"

namespace nmc {
namespace {

struct Block {
  int scale;
  int offset;
};

/// Blocks in inference order x → z.
std::vector<Block> inference_order(const NeuralRgSpec& spec, int depth) {
  std::vector<Block> blocks;
  for (int k = 0; k < depth; ++k) {
    const int scale = spec.layout == RgLayout::disentangler ? 0 : k;
    for (int r = 0; r < spec.repeat; ++r) {
      blocks.push_back({scale, 0});
      if (spec.layout != RgLayout::decimator) blocks.push_back({scale, 1 << scale});
    }
  }
  return blocks;
}

void check_scales(const NeuralRgSpec& spec, int scales) {
  const auto L = static_cast<unsigned>(std::max(spec.L, 0));
  require(spec.L >= 2 && std::has_single_bit(L),
          fmt::format("L = {} cannot be halved: neural_rg needs L = 2^k; try {}", spec.L,
                      std::max(2u, std::bit_ceil(L))));
  require(spec.dim == 1 || spec.dim == 2,
          fmt::format("neural_rg works in 1 and 2 dimensions, the system has {}", spec.dim));
  require(spec.layout == RgLayout::disentangler || spec.depth <= scales,
          fmt::format("depth = {} but L = {} has only {} scales", spec.depth, spec.L, scales));
  require(spec.depth >= 0 && spec.repeat >= 1 && spec.couplings >= 1,
          "depth must be >= 0, repeat and couplings >= 1");
}

}  // namespace

std::vector<std::vector<int>> rg_patches(int L, int dim, int scale, int offset) {
  const int step = 1 << scale, stride = 2 * step;
  std::vector<std::vector<int>> patches;
  for (int row = offset; row < L + offset; row += stride) {
    if (dim == 1) {
      patches.push_back({row % L, (row + step) % L});
      continue;
    }
    for (int column = offset; column < L + offset; column += stride) {
      const auto site = [&](int r, int c) { return (r % L) * L + c % L; };
      patches.push_back({site(row, column), site(row, column + step), site(row + step, column),
                         site(row + step, column + step)});
    }
  }
  return patches;
}

std::vector<std::vector<std::uint8_t>> rg_masks(int dim, int couplings) {
  using Mask = std::vector<std::uint8_t>;
  const std::vector<Mask> cycle = dim == 1
                                      ? std::vector<Mask>{{0, 1}, {1, 0}}
                                      : std::vector<Mask>{{0, 1, 0, 1}, {1, 0, 1, 0}, {0, 0, 1, 1},
                                                          {1, 1, 0, 0}, {0, 1, 1, 0}, {1, 0, 0, 1}};
  std::vector<Mask> masks;
  for (int c = 0; c < couplings; ++c)
    masks.push_back(cycle[static_cast<std::size_t>(c) % cycle.size()]);
  return masks;
}

BijectorFlow::Layers neural_rg_layers(const NeuralRgSpec& spec) {
  const int scales = std::countr_zero(static_cast<unsigned>(std::max(spec.L, 1)));
  check_scales(spec, scales);
  Index sites = 1;
  for (int d = 0; d < spec.dim; ++d) sites *= spec.L;
  const int depth = spec.depth > 0 ? spec.depth : scales;
  BijectorFlow::Layers layers;
  for (const Block& block : inference_order(spec, depth)) {
    CouplingSpec coupling;
    coupling.sites = sites;
    coupling.patches = rg_patches(spec.L, spec.dim, block.scale, block.offset);
    coupling.masks = rg_masks(spec.dim, spec.couplings);
    coupling.hidden = spec.hidden;
    coupling.activation = spec.activation;
    coupling.is_affine = spec.is_affine;
    coupling.conditions = spec.conditions;
    layers.push_back(std::make_unique<CouplingLayer>(std::move(coupling)));
  }
  std::reverse(layers.begin(), layers.end());
  return layers;
}

}  // namespace nmc
