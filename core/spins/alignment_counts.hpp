#pragma once

#include <cstdint>
#include <vector>

#include "core/spins/graph.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// Sites by their number of bonds and by how many of these are satisfied (J s s' > 0), counted in
/// packed spins. Where all couplings are ±J and there is nothing else, a site with z bonds of which
/// u are satisfied has s h = J (2u − z), h its local field: sums of any function of s h over the
/// sites follow from these counts.
class AlignmentCounts {
 public:
  static constexpr Index kMaxDegree = 15;

  /// All bonds ±J, no fields or plaquettes, degrees up to kMaxDegree.
  [[nodiscard]] static bool fits(const Graph& graph);
  explicit AlignmentCounts(const Graph& graph);

  struct Class {
    Index bonds, satisfied;
  };
  [[nodiscard]] const std::vector<Class>& classes() const { return classes_; }
  /// Sites of every class, (rows, classes), of spins in lanes.
  [[nodiscard]] Batch operator()(const Spins& spins) const { return count(spins, false); }
  /// The same of the sites that are up.
  [[nodiscard]] Batch of_up(const Spins& spins) const { return count(spins, true); }

 private:
  [[nodiscard]] Batch count(const Spins& spins, bool up) const;

  /// Sites of one degree; their bonds are those of `first` on, `degree` each.
  struct Sites {
    Index degree = 0;
    std::vector<std::int32_t> sites;
    std::vector<std::int32_t> neighbours;  ///< (sites, degree)
    std::vector<std::uint64_t> signs;      ///< all bits set where J < 0
  };
  std::vector<Sites> by_degree_;
  std::vector<Class> classes_;
};

/// Sites of a torus with J > 0 whose 0, 1, … 4 bonds are satisfied, (rows, 5), of spins in strips.
[[nodiscard]] Batch count_aligned_strips(const Spins& spins);

namespace spins_detail {

/// A part of AlignmentCounts::Sites.
struct AlignedSites {
  Index count, degree;
  const std::int32_t* sites;
  const std::int32_t* neighbours;
  const std::uint64_t* signs;
  bool up;  ///< of those, the ones that are up alone
};

/// How a row of strips is gone through, line by line.
struct StripLines {
  Index extent, count;                 ///< vectors of a line, lines
  Index at_once;                       ///< lines that are counted together
  const std::uint64_t *above, *below;  ///< beyond the first and the last line
  std::uint64_t* scratch;              ///< room for four times at_once lines
};

}  // namespace spins_detail
}  // namespace nmc
