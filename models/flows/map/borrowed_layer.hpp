#pragma once

#include <algorithm>

#include "models/flows/map/bijector.hpp"

namespace nmc {

/// A layer that lives elsewhere and is loaded there.
class BorrowedLayer final : public Bijector {
 public:
  explicit BorrowedLayer(const Bijector& layer) : layer_(layer) {}
  [[nodiscard]] Index sites() const override { return layer_.sites(); }
  [[nodiscard]] Index parameter_count() const override { return layer_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return layer_.conditions(); }
  [[nodiscard]] Support image(Support in) const override { return layer_.image(in); }
  void initialise(std::span<double> parameters, std::uint64_t /*seed*/) const override {
    std::ranges::fill(parameters, 0.0);
  }
  void load(std::span<const double> /*parameters*/) override {}
  void apply(Direction way, TileView<float> tile) const override { layer_.apply(way, tile); }
  void apply(Direction way, TileView<double> tile) const override { layer_.apply(way, tile); }
  void apply_vjp(Direction way, const TileVjp<float>& tile) const override {
    layer_.apply_vjp(way, tile);
  }
  void apply_vjp(Direction way, const TileVjp<double>& tile) const override {
    layer_.apply_vjp(way, tile);
  }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override {
    layer_.write(file, group, parameters);
  }

 private:
  const Bijector& layer_;
};

}  // namespace nmc
