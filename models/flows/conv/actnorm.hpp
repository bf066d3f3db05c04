#pragma once

#include "models/flows/conv/cells.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Activation normalisation (Kingma and Dhariwal 2018, arXiv:1807.03039, sec. 3.1): generation
/// y_c = x_c e^{s_c} + b_c in every cell, log det = cells Σ_c s_c. Parameters: s (channels), then b
/// (channels) unless the layer is odd, and their slopes in the conditions that it reads; they start
/// at 0, or from data so that the inverse makes of them mean 0 and variance 1 in every channel.
class ActnormLayer final : public BijectorOf<ActnormLayer> {
 public:
  /// `is_odd`: without b, so that the layer commutes with x → −x.
  ActnormLayer(Cells cells, bool is_odd, Index conditions = 0);

  [[nodiscard]] Index sites() const override { return cells_.field; }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  void follow(LatentTrace& /*trace*/) const override {}
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  [[nodiscard]] bool starts_from_data() const override { return true; }
  void start_from(Batch& y, std::span<double> parameters) const override;
  void load(std::span<const double> parameters) override { lines_.load(parameters); }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  Cells cells_;
  bool is_odd_;
  ConditionLines lines_;
};

}  // namespace nmc
