#pragma once

#include "models/flows/map/bijector.hpp"

namespace nmc {

/// Normals to uniform angles, θ = π (2Φ(z) − 1) with Φ the distribution function of the standard
/// normal, so that ln |dθ/dz| = ln 2π + ln N(z): the flow of N(0, 1) that ends here is uniform on
/// the torus, and layers of angles follow. No parameters.
///
/// Angles nearer to ±π than 10^-15 go back to z = ±8.2 and have the same density as all others.
class CircleLayer final : public BijectorOf<CircleLayer> {
 public:
  explicit CircleLayer(Index sites);
  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Index parameter_count() const override { return 0; }
  [[nodiscard]] Support image(Support in) const override;
  void follow(LatentTrace& /*trace*/) const override {}
  void initialise(std::span<double>, std::uint64_t) const override {}
  void load(std::span<const double>) override {}
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
};

}  // namespace nmc
