#pragma once

#include "core/roles/label_target.hpp"
#include "core/spins/label_coupling.hpp"

namespace nmc {

/// A Boltzmann weight of labels whose energy is a sum over the bonds and sites of a graph, known
/// one by one: what fast sweeps and cluster walks are made from.
class PairLabels : public LabelTarget {
 public:
  [[nodiscard]] Index sites() const final { return graph().sites; }
  [[nodiscard]] Index states() const final { return coupling().states; }
  [[nodiscard]] virtual const Graph& graph() const = 0;
  [[nodiscard]] virtual const LabelCoupling& coupling() const = 0;
};

}  // namespace nmc
