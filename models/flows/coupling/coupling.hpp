#pragma once

#include <cstdint>

#include "models/flows/map/bijector.hpp"

namespace nmc {

/// A stack of couplings on patches that share their weights: real NVP (affine) or NICE (additive).
struct CouplingSpec {
  Index sites = 0;                               ///< of the whole configuration
  std::vector<std::vector<int>> patches;         ///< site numbers, disjoint, equal sizes p
  std::vector<std::vector<std::uint8_t>> masks;  ///< (couplings, p): 1 kept and fed, 0 moved
  std::vector<int> hidden;                       ///< widths of the hidden layers of both nets
  simd::Activation activation = simd::Activation::elu;
  bool is_affine = true;
  int conditions = 0;  ///< numbers that both nets read beside the kept variables
};

/// Couplings 0, 1, … in generation, reversed in inference; formulas in couple().
/// Parameters, coupling after coupling: net t, then for affine couplings net S and scale (moved);
/// a net is W0 (hidden, kept + conditions) row-major, b0, W1, b1, … — dropped rows and columns do
/// not exist. Columns of conditions start at 0.
class CouplingLayer final : public BijectorOf<CouplingLayer> {
 public:
  /// Throws UserError when masks, patches or widths do not fit together.
  explicit CouplingLayer(CouplingSpec spec);

  [[nodiscard]] Index sites() const override { return spec_.sites; }
  [[nodiscard]] Index parameter_count() const override { return parameter_count_; }
  [[nodiscard]] Index conditions() const override { return spec_.conditions; }
  void follow(LatentTrace& trace) const override;
  /// Nets of patches are plain numbers, whatever the number of patches.
  [[nodiscard]] std::vector<LiftPart> lift_parts() const override { return {{parameter_count_}}; }
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const CouplingSpec& spec() const { return spec_; }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

  /// Shape and place of every net layer in the parameters, for its file: coupling → net → layer.
  template <class T>
  [[nodiscard]] const std::vector<PackedCoupling<T>>& packed() const;

 private:
  [[nodiscard]] Patches patches() const;

  CouplingSpec spec_;
  std::vector<int> patch_sites_;
  Index parameter_count_ = 0;
  std::vector<PackedCoupling<float>> single_;
  std::vector<PackedCoupling<double>> double_;
};

}  // namespace nmc
