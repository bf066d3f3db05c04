#pragma once

#include <Eigen/Core>
#include <vector>

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// A rotation in the precision of the kernels.
template <class T>
struct PackedRotation {
  std::vector<T> there, back;  ///< R and Rᵀ in the order of simd::dense_forward
};

/// Rotation of a phase space: q ← R q, p ← R p in generation, on 2 N sites with the positions
/// first; orthogonal and symplectic, log det 0. R = (1 − X)(1 + X)⁻¹ with X antisymmetric (Cayley),
/// which is every rotation without an eigenvalue −1. Parameters: what X has below its diagonal, row
/// by row (N (N − 1)/2), and their slopes in the conditions that it reads; it starts as 1.
class RotationLayer final : public BijectorOf<RotationLayer> {
 public:
  /// Throws UserError where the sites are no pairs, or there is one pair, which has no rotation.
  explicit RotationLayer(Index sites, Index conditions = 0);
  [[nodiscard]] Index sites() const override { return 2 * half_; }
  [[nodiscard]] Index parameter_count() const override { return lines_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return lines_.conditions(); }
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
  /// 1 + X at the numbers of a condition.
  [[nodiscard]] Eigen::MatrixXd one_plus(const double* condition) const;
  template <class T>
  [[nodiscard]] const PackedRotation<T>& loaded() const;
  /// Adds what the gradient by R means for the numbers of X.
  void add_grad(const std::vector<double>& by_entry, const TileVjp<double>& where) const;

  Index half_;
  ConditionLines lines_;
  PackedRotation<float> single_;
  PackedRotation<double> double_;
};

}  // namespace nmc
