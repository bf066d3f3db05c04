#pragma once

#include "models/flows/conv/cells.hpp"
#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// A matrix of the channels, A = P Σ L D U: L a unit lower and U a unit upper triangle, D = e^s, Σ
/// signs and P a permutation, (P x)_{permutation[i]} = x_i.
struct ChannelMatrix {
  std::vector<int> permutation;  ///< (channels)
  std::vector<int> signs;        ///< of Σ, 1 or −1, (channels)
  std::vector<double> factors;   ///< L below the diagonal, s on it, U above, row-major
};

/// A random rotation, or reflection, of so many channels in its factors.
[[nodiscard]] ChannelMatrix random_rotation(int channels, std::uint64_t seed);

/// The invertible 1×1 convolution of Kingma and Dhariwal 2018 (arXiv:1807.03039, sec. 3.2): every
/// cell's channels by the same matrix, generation y = A x, log det = cells Σ s exactly, and the
/// inverse by triangles. P and Σ stay as they are. Parameters: the square of the factors (channels,
/// channels) row-major, and their slopes in the conditions that the layer reads.
class InvertibleConvolution final : public BijectorOf<InvertibleConvolution> {
 public:
  /// The parameters start as the matrix's factors. UserError where it is none.
  InvertibleConvolution(Cells cells, ChannelMatrix start, Index conditions = 0);

  [[nodiscard]] Index sites() const override { return cells_.field; }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
  void follow(LatentTrace& trace) const override;
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
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
  /// y ← P Σ y of the channels at these sites, or its inverse.
  template <class T>
  void permute(const int* sites, bool is_inverse, T* y, std::vector<T>& room) const;

  Cells cells_;
  ChannelMatrix start_;
  ConditionLines lines_;
};

}  // namespace nmc
