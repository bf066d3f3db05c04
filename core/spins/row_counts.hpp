#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/batch.hpp"
#include "core/lazy.hpp"
#include "core/spins/graph.hpp"
#include "core/spins/spin_terms.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

class StringLattice;

/// Number of sites that are up, (rows), for any layout.
[[nodiscard]] Column count_up(const Spins& spins);

/// Number of sites on which two packed batches of the same shape and layout differ, (rows).
[[nodiscard]] Column count_different(const Spins& a, const Spins& b);

/// Magnetisation per site, (rows).
[[nodiscard]] Column magnetisation(const Spins& spins);

/// H of packed spins, in any layout. Where all couplings are ±J and there are no fields, bonds are
/// counted as bits, which is exact; else the terms are summed in double, one by one in order.
class SpinEnergy {
 public:
  explicit SpinEnergy(Graph graph);
  SpinEnergy(SpinEnergy&&) noexcept;
  ~SpinEnergy();
  /// H(s), total, (rows). Strips are those of graph.torus, strings those of graph.extents.
  [[nodiscard]] Column operator()(const Spins& spins) const;
  /// Of the graph; null where its spins cannot be strings.
  [[nodiscard]] const StringLattice* string_lattice() const { return strings_.get(); }

 private:
  [[nodiscard]] Column counted_lanes(const Spins& spins) const;
  [[nodiscard]] Column summed_lanes(const Spins& spins) const;
  [[nodiscard]] Column strips(const Spins& spins) const;
  [[nodiscard]] Column strings(const Spins& spins) const;
  [[nodiscard]] Column counted_bytes(const Spins& spins) const;
  [[nodiscard]] Column summed_bytes(const Spins& spins) const;

  /// What only some layouts read.
  struct Tables {
    SpinTerms terms;                   ///< where J_ is 0
    std::vector<std::uint64_t> signs;  ///< per bond, all bits set where J < 0; where it is not
  };
  [[nodiscard]] static Tables tables_of(const Graph& graph, double J);

  std::unique_ptr<const Graph> graph_;
  std::unique_ptr<const StringLattice> strings_;
  double J_ = 0;           ///< magnitude of all couplings; 0: they differ, or there are fields
  bool is_torus_ = false;  ///< graph_->torus, and all couplings J_
  std::unique_ptr<const Lazy<Tables>> tables_;
};

}  // namespace nmc
