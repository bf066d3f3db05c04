#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/random/streams.hpp"
#include "core/simd/tile.hpp"

namespace nmc {

/// A small dense network, tanh after every layer but the last, with its vector-Jacobian product, in
/// double on tiles of 64 rows. Its parameters lie with its owner: W (outputs, inputs) by rows, then
/// b, layer by layer. A row's numbers do not depend on the batch that it sits in.
class TanhNet {
 public:
  /// Inputs, hidden layers, outputs: at least two numbers, all positive.
  explicit TanhNet(std::vector<int> widths);

  [[nodiscard]] std::size_t size() const;  ///< parameters
  [[nodiscard]] int outputs() const { return widths_.back(); }
  /// Hidden layers uniform of variance 1/inputs; last layer and biases 0, so that the net is 0.
  void start(const Streams& streams, std::span<double> parameters) const;
  /// Reads the parameters, (size()), that all later calls use.
  void pack(std::span<const double> parameters);

  /// What backward() needs of forward(): the inputs of every layer, tile by tile.
  struct alignas(64) Lanes {
    std::array<double, simd::kTile> chain{};
  };
  using Tile = std::vector<Lanes>;
  using Trace = std::vector<Tile>;

  /// (rows, inputs) → (rows, outputs); trace may be null.
  [[nodiscard]] Batch forward(const Batch& in, Trace* trace = nullptr) const;
  /// The gradient by the inputs, (rows, inputs), from that by the outputs; grad (size()) += that by
  /// the parameters.
  [[nodiscard]] Batch backward(const Trace& trace, const Batch& g_out,
                               std::span<double> grad) const;

 private:
  [[nodiscard]] std::size_t layers() const { return widths_.size() - 1; }
  /// Parameters before those of a layer.
  [[nodiscard]] std::size_t first_of(std::size_t layer) const;

  struct Layer {
    std::vector<double> weights, transposed, bias;
  };
  std::vector<int> widths_;
  std::vector<Layer> packed_;
};

}  // namespace nmc
