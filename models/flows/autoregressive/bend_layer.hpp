#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// A monotone bend of every site by itself, formulas in bend(): slope 1 on both sides, about e^κ
/// between `left` and `right`, so that the image of a Gaussian has a flatter top or two peaks
/// (κ > 0), or a sharper one (κ < 0), and keeps Gaussian tails. Between two autoregressive blocks
/// of one order it makes conditionals that are no Gaussians. Parameters: κ, left, right (sites
/// each) and their slopes in the conditions that it reads; κ starts at 0, the identity.
class BendLayer final : public BijectorOf<BendLayer> {
 public:
  explicit BendLayer(Index sites, Index conditions = 0);
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Index parameter_count() const override { return numbers_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return numbers_.conditions(); }
  void follow(LatentTrace& /*trace*/) const override {}
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override { numbers_.load(parameters); }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  Index sites_;
  ConditionLines numbers_;  ///< κ, left, right
};

}  // namespace nmc
