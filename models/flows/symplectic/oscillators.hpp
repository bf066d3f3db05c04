#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Generation Q_k = z_k / ω_k, P_k = z_{N+k} on 2 N sites, positions first: the normals of a latent
/// space become those of independent oscillators, ln q = −½ Σ (P² + ω² Q²) (neural canonical
/// transformations: Li, Dong, Zhang and Wang, Phys. Rev. X 10, 021020 (2020), eq. 6). Log det
/// −Σ ln ω. Parameters ln ω (N) and their slopes in the conditions that it reads; they start
/// between −½ and ½, apart.
class OscillatorLayer final : public BijectorOf<OscillatorLayer> {
 public:
  /// Throws UserError where the sites are no pairs.
  explicit OscillatorLayer(Index sites, Index conditions = 0);
  [[nodiscard]] Index sites() const override { return 2 * log_frequency_.numbers(); }
  [[nodiscard]] Index parameter_count() const override { return log_frequency_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return log_frequency_.conditions(); }
  void follow(LatentTrace& /*trace*/) const override {}
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override { log_frequency_.load(parameters); }
  [[nodiscard]] std::vector<double> frequencies(const double* condition) const override;
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  ConditionLines log_frequency_;
};

}  // namespace nmc
