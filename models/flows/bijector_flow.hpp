#pragma once

#include "core/interfaces.hpp"
#include "core/roles/stored.hpp"
#include "models/flows/bijector.hpp"
#include "models/flows/precision.hpp"

namespace nmc {

/// A composition of bijectors in generation order (z → x), run tile by tile (64 chains) through all
/// layers, so that a tile stays in the cache. The network computes in `precision`; what enters and
/// leaves is double, and log-determinants are accumulated in double.
class BijectorFlow final : public Flow, public Stored {
 public:
  using Layers = std::vector<std::unique_ptr<Bijector>>;
  /// Throws UserError when the layers' sizes differ. Parameters start as the layers initialise
  /// them.
  BijectorFlow(Layers layers, Precision precision, std::uint64_t seed);

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] Abilities abilities() const override { return {.flow = this, .stored = this}; }
  [[nodiscard]] Mapped forward(const Batch& z) const override;
  [[nodiscard]] Mapped inverse(const Batch& x) const override;
  Batch forward_vjp(const Batch& x, const Batch& gx, const Column& g_log_det,
                    std::span<double> grad) const override;
  Batch inverse_vjp(const Batch& z, const Batch& gz, const Column& g_log_det,
                    std::span<double> grad) const override;
  [[nodiscard]] std::span<const double> parameters() const override { return parameters_; }
  [[nodiscard]] std::span<double> parameters() override { return parameters_; }
  void parameters_changed() override;

  void write(archive::File& file, const std::string& group) const override;
  [[nodiscard]] static std::unique_ptr<Flow> read(const archive::File& file,
                                                  const std::string& group);
  [[nodiscard]] const Layers& layers() const { return layers_; }
  [[nodiscard]] Precision precision() const { return precision_; }
  /// The slice of parameters() that belongs to layer k.
  [[nodiscard]] std::span<const double> layer_parameters(std::size_t k) const;

 private:
  Layers layers_;
  Precision precision_;
  Index sites_ = 0;
  std::vector<std::size_t> offsets_;
  std::vector<double> parameters_;
};

}  // namespace nmc
