#pragma once

#include <cstdint>
#include <vector>

#include "core/spins/spins.hpp"

namespace nmc {

/// Counts of spins in the planes of a lattice, without unpacking: all that plane waves along the
/// axes need, in whole numbers.
class PlaneCounts {
 public:
  /// Sites are numbered x + Lx (y + Ly (z + …)).
  explicit PlaneCounts(std::vector<Index> extents);

  [[nodiscard]] const std::vector<Index>& extents() const { return extents_; }
  /// Column of the plane whose sites have coordinate 0 in a direction; those of 1, 2, … follow.
  [[nodiscard]] Index first(std::size_t direction) const { return first_[direction]; }
  /// Sites that are up in every plane, (rows, Σ extents), for any layout; strips are those of a
  /// torus of these extents, strings those of a lattice.
  [[nodiscard]] Batch operator()(const Spins& spins) const;

 private:
  [[nodiscard]] Batch lanes(const Spins& spins) const;
  void strip(const Spins& spins, Index row, Batch& up) const;
  void strings(const Spins& spins, Index row, Batch& up) const;
  void bytes(const Spins& spins, Index row, Batch& up) const;

  std::vector<Index> extents_, first_;
  Index sites_ = 1, planes_ = 0;
  std::vector<std::int32_t> order_;  ///< the sites plane by plane, once per direction
  std::vector<Index> begin_;         ///< of each plane in it, (planes + 1)
};

namespace spins_detail {

/// Sites plane by plane: plane p has sites[begin[p]] … sites[begin[p + 1] − 1].
struct PlaneLists {
  const std::int32_t* sites;
  const Index* begin;
  Index planes;
};

}  // namespace spins_detail
}  // namespace nmc
