#pragma once

#include <vector>

#include "models/flows/map/bijector.hpp"
#include "models/flows/nets/condition_lines.hpp"

namespace nmc {

/// Linear change of coordinates of a phase space: q ← A q, p ← A⁻ᵀ p in generation, on 2 N sites
/// with the positions first; symplectic, log det 0. A = L D U as in Plu, which is every matrix that
/// needs no exchange of rows and has a positive diagonal D. Parameters: the square of its factors
/// (N²) and their slopes in the conditions that it reads; it starts as the identity.
class PointTransform final : public BijectorOf<PointTransform> {
 public:
  /// Throws UserError where the sites are no pairs.
  explicit PointTransform(Index sites, Index conditions = 0);
  [[nodiscard]] Index sites() const override { return std::ssize(sites_); }
  [[nodiscard]] Index parameter_count() const override { return factors_.parameter_count(); }
  [[nodiscard]] Index conditions() const override { return factors_.conditions(); }
  void initialise(std::span<double> parameters, std::uint64_t seed) const override;
  void load(std::span<const double> parameters) override { factors_.load(parameters); }
  void write(archive::File& file, const std::string& group,
             std::span<const double> parameters) const override;
  [[nodiscard]] static StoredLayer read(const archive::File& file, const std::string& group,
                                        Index sites);

  template <class T>
  void apply_tile(Direction way, TileView<T> tile) const;
  template <class T>
  void apply_tile_vjp(Direction way, const TileVjp<T>& tile) const;

 private:
  std::vector<int> sites_;  ///< 0 … 2 N − 1
  ConditionLines factors_;
};

}  // namespace nmc
