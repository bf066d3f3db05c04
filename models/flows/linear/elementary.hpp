#pragma once

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Generation y_i = x_{permutation[i]}; no parameters, log det 0.
class PermutationLayer final : public BijectorOf<PermutationLayer> {
 public:
  /// Throws UserError when `permutation` is not one of 0 … n-1.
  explicit PermutationLayer(std::vector<int> permutation);
  [[nodiscard]] Index sites() const override { return std::ssize(permutation_); }
  [[nodiscard]] Index parameter_count() const override { return 0; }
  [[nodiscard]] Support image(Support in) const override { return in; }
  void follow(LatentTrace& trace) const override;
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
  std::vector<int> permutation_;
  std::vector<int> inverse_;
};

/// Generation y_i = x_i e^{log_scale_i}, log det = Σ log_scale, on lines in the conditions that it
/// reads. Parameters: log_scale (sites) and its slopes, starting at 0.
class ScalingLayer final : public BijectorOf<ScalingLayer> {
 public:
  explicit ScalingLayer(Index sites, Index conditions = 0);
  [[nodiscard]] Index sites() const override { return log_scale_.numbers(); }
  [[nodiscard]] Index parameter_count() const override { return log_scale_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return log_scale_.conditions(); }
  void follow(LatentTrace& /*trace*/) const override {}
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override;
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  ConditionLines log_scale_;
};

}  // namespace nmc
