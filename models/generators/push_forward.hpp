#pragma once

#include <span>
#include <vector>

#include "core/optimise/tanh_net.hpp"
#include "core/roles/generator.hpp"
#include "core/roles/stored.hpp"
#include "models/generators/weights.hpp"

namespace nmc {

struct PushForwardShape {
  Index units = 0;   ///< of x
  Index noise = 2;   ///< of z
  Index hidden = 0;  ///< units of each of its two hidden layers, >= 1
};

/// x = centre + scale g(z), z ~ N(0, 1), g a net that need not be invertible: where z has fewer
/// numbers than x, draws lie on a surface and have no density at all.
class PushForward final : public Generator, public Stored {
 public:
  PushForward(const PushForwardShape& shape, Standard standard, std::uint64_t seed);

  [[nodiscard]] const PushForwardShape& shape() const { return shape_; }
  [[nodiscard]] const Standard& standard() const { return standard_; }
  [[nodiscard]] Index sites() const override { return shape_.units; }
  [[nodiscard]] Batch sample(const Streams& streams, Index count) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  void parameters_changed() override { net_.pack(theta_); }

  /// Standardised draws with what backward() of the net needs.
  struct Draws {
    Batch y;
    TanhNet::Trace trace{};
  };
  [[nodiscard]] Draws draw(const Streams& streams, Index count) const;
  /// grad += the pull back of ∂/∂y, (count, units).
  void pull_back(const Draws& draws, const Batch& by_y, std::span<double> grad) const {
    (void)net_.backward(draws.trace, by_y, grad);
  }

  void write(archive::File& file, const std::string& group) const override;

 private:
  PushForwardShape shape_;
  Standard standard_;
  TanhNet net_;
  std::vector<double> theta_;
};

}  // namespace nmc
