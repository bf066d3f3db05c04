#pragma once

#include <span>
#include <vector>

#include "models/tensor_networks/row_couplings.hpp"

namespace nmc {

/// Which sites of a periodic plane or space are redrawn at once, and which stay. On a plane one row
/// and one column stay, and the others are an open sheet. In space planes across one direction are
/// taken, no two of which are neighbours, and of each of them a row and a column stay. Where
/// couplings join neighbours the sheets have none with each other.
class FreeSheets {
 public:
  /// (Lx, Ly) or (Lx, Ly, Lz), site x + Lx (y + Ly z), each 2 or more. UserError for others.
  explicit FreeSheets(std::vector<Index> extents);

  /// How many numbers choose() reads.
  [[nodiscard]] Index choices() const;
  /// The sheets that `u`, uniform in (0, 1), stands for: where what stays lies, along which
  /// direction the rows of each sheet run, and from which end they are counted. Every site is free
  /// with the same probability, and nothing depends on spins.
  [[nodiscard]] std::vector<SiteGrid> choose(std::span<const double> u) const;

 private:
  std::vector<Index> extents_;
};

}  // namespace nmc
