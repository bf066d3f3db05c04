#pragma once

#include "models/flows/coupling/coupling.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc {

/// Which blocks a NeuralRG network has (Li and Wang, PRL 121, 260601 (2018), fig. 1).
enum class RgLayout {
  mera,         ///< every scale: block at offset 0, then block at offset 2^k
  decimator,    ///< a tree: the block at offset 0 alone at every scale
  disentangler  ///< bricks: both offsets at scale 0 alone, no coarse graining
};

struct NeuralRgSpec {
  int L = 8;    ///< extent, a power of two
  int dim = 2;  ///< 1: patches of 2 sites; 2: patches of 2×2 sites
  RgLayout layout = RgLayout::mera;
  int depth = 0;       ///< scales (bricks for `disentangler`); 0: all log2(L)
  int repeat = 1;      ///< pairs of blocks per scale
  int couplings = 10;  ///< couplings per block
  std::vector<int> hidden = {10, 10, 10};
  simd::Activation activation = simd::Activation::elu;
  bool is_affine = true;
  int conditions = 0;  ///< CouplingSpec::conditions
};

/// Patches of one block: corners at offset + stride·(i, j), stride 2^{k+1}, sites a dilation 2^k
/// apart, modulo L; row-major in the order (0,0), (0,s), (s,0), (s,s).
[[nodiscard]] std::vector<std::vector<int>> rg_patches(int L, int dim, int scale, int offset);

/// Fixed masks: the pairings of a 2×2 patch by columns, rows and diagonals in turn, each followed
/// by its complement; 01, 10 in one dimension.
[[nodiscard]] std::vector<std::vector<std::uint8_t>> rg_masks(int dim, int couplings);

/// The blocks in generation order (coarsest scale first). Throws UserError when L is no power of
/// two.
[[nodiscard]] BijectorFlow::Layers neural_rg_layers(const NeuralRgSpec& spec);

}  // namespace nmc
