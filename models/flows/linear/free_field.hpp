#pragma once

#include "core/fourier/torus_filter.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Gaussian free-field layer on a torus: generation y = F⁻¹ diag(e^{a(k)}) F x with one learned
/// log-amplitude a per orbit {k, -k} of wave vectors, log det = Σ_k a(k), exactly. With
/// a(k) = ½ ln G(k) it turns white noise into a Gaussian field of propagator G.
/// Parameters: log-amplitudes (orbits) and their slopes in the conditions that it reads, starting
/// at 0 (the identity).
class FreeFieldLayer final : public BijectorOf<FreeFieldLayer> {
 public:
  /// Extents with x fastest. Orbits {k, -k}, in the order of their smallest site index.
  explicit FreeFieldLayer(std::vector<Index> extents, Index conditions = 0);
  /// Given orbits, one number per wave vector; k and -k must share one. Throws UserError otherwise.
  FreeFieldLayer(std::vector<Index> extents, std::vector<int> orbit, Index conditions = 0);

  [[nodiscard]] Index sites() const override { return filter_.sites(); }
  [[nodiscard]] Index parameter_count() const override { return amplitudes_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return amplitudes_.conditions(); }
  [[nodiscard]] std::vector<LiftPart> lift_parts() const override {
    return {{1, extents(), orbit_}};
  }
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  [[nodiscard]] const std::vector<int>& orbit() const { return orbit_; }
  [[nodiscard]] Index orbits() const { return amplitudes_.numbers(); }
  [[nodiscard]] const std::vector<Index>& extents() const { return filter_.extents(); }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  /// At one condition: packed e^{±a}, and Σ_k a(k).
  struct Filters {
    std::vector<double> forward, backward;
    double log_det = 0;
    [[nodiscard]] const std::vector<double>& along(Direction way) const {
      return way == Direction::generate ? forward : backward;
    }
  };
  [[nodiscard]] Filters filters(const double* condition) const;
  /// Those of a layer without conditions, else made in `room`.
  [[nodiscard]] const Filters& filters_at(const double* condition, Filters& room) const;

  TorusFilter filter_;
  std::vector<int> orbit_;  ///< wave vector → orbit
  ConditionLines amplitudes_;
  Filters own_;  ///< of a layer without conditions
};

}  // namespace nmc
