#pragma once

#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Sums of the neighbours of every site of a periodic lattice with J = 1, of spins in bytes.
class TorusFields {
 public:
  /// Extents, x first; `extents` must outlive it. At most 127 bonds a site.
  explicit TorusFields(const std::vector<Index>& extents);
  /// Bonds of a site.
  [[nodiscard]] Index bonds() const { return bonds_; }
  /// field(i) = sum of the neighbours of i, (sites).
  void sum(const std::int8_t* s, std::vector<std::int8_t>& field) const;

 private:
  const std::vector<Index>& extents_;
  Index bonds_;
};

}  // namespace nmc
