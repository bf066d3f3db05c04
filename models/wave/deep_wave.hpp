#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// How large a deep wave function is.
struct DeepWaveShape {
  Index sites = 0;
  Index depth = 2;       ///< layers, >= 1
  Index features = 1;    ///< units of a layer; of convolutions, channels
  bool is_even = false;  ///< ψ(−s) = ψ(s): no biases
  Index kernel = 0;      ///< extent of the convolutions, odd; 0: dense layers
  /// Extents of the torus that they go around, x first, all of whose translations leave ψ as it is;
  /// empty of dense layers.
  std::vector<Index> torus{};
};

/// A layer: x_o = b_o + Σ W h_i over its edges.
struct DeepLayer {
  struct Edge {
    Index in = 0, out = 0, weight = 0;  ///< units, and the number of the parameter
  };
  Index outputs = 0;
  std::vector<Edge> edges{};
  std::vector<Index> biases{};  ///< parameter of every output; empty where there are none
};

/// A positive wave function of several layers, which with one is that of a restricted Boltzmann
/// machine without visible biases:
///   ln ψ(s) = Σ_j ln 2 cosh x_j of the last layer, x = W h + b, h = tanh x of the layer before, or
///   s,
/// dense, or convolutions that go around a torus. Parameters: W and b of one layer after the other;
/// of dense ones W (outputs, inputs) by rows, of convolutions (channels out, in, offsets), offsets
/// with x fastest, and a bias for each channel.
class DeepWave final : public WaveFunction, public Stored {
 public:
  /// All numbers 0. UserError where there is no such wave function.
  explicit DeepWave(DeepWaveShape shape);
  /// Weights normal of variance 1/inputs, those of the last layer with standard deviation `width`,
  /// by Purpose::weights; biases 0.
  static std::unique_ptr<DeepWave> random(const DeepWaveShape& shape, double width,
                                          std::uint64_t seed);

  [[nodiscard]] const DeepWaveShape& shape() const { return shape_; }
  [[nodiscard]] std::span<const double> parameters() const override { return theta_; }
  [[nodiscard]] std::span<double> parameters() override { return theta_; }
  [[nodiscard]] Index sites() const override { return shape_.sites; }
  [[nodiscard]] bool is_positive() const override { return true; }
  [[nodiscard]] bool is_even() const override { return shape_.is_even; }
  [[nodiscard]] const Stored* stored() const override { return this; }
  [[nodiscard]] LogPsi log_psi(const Batch& s) const override;
  [[nodiscard]] std::unique_ptr<WaveChains> chains(const Batch& s) const override;
  /// ∂ ln ψ/∂θ, (chains, parameters).
  [[nodiscard]] Batch scores(const Batch& s) const;

  void write(archive::File& file, const std::string& group) const override;
  static std::unique_ptr<DeepWave> read(const archive::File& file, const std::string& group);

 private:
  void add_dense(Index inputs);
  void add_convolution(Index channels_in);
  [[nodiscard]] Batch apply(const DeepLayer& layer, const Batch& h) const;

  DeepWaveShape shape_;
  std::vector<DeepLayer> layers_;
  std::vector<double> theta_;
};

}  // namespace nmc
