#pragma once

#include <vector>

#include "core/lazy.hpp"
#include "core/roles/spin_target.hpp"
#include "core/spins/row_counts.hpp"

namespace nmc {

/// The Ising model on any graph: ln p(s) = −β H(s) + const,
/// H = −Σ_bonds J s_i s_j − Σ_plaquettes K s_i s_j s_k s_l − Σ h_i s_i.
class Ising final : public SpinTarget {
 public:
  /// beta >= 0, in units of 1/J.
  Ising(Graph graph, double beta);

  [[nodiscard]] Index sites() const override { return graph_.sites; }
  /// −β H(s), (chains), for spins ±1 of shape (chains, sites).
  [[nodiscard]] Column log_density(const Batch& s) const override;

  /// H(s), total, (chains).
  [[nodiscard]] Column energy(const Batch& s) const;
  [[nodiscard]] Column energy(const Spins& spins) const override { return packed_energy_(spins); }
  /// Σ_j J_ij s_j + Σ_plaquettes K s_j s_k s_l + h_i, (chains): flipping s_i changes H by 2 s_i
  /// times this.
  [[nodiscard]] Column local_field(const Batch& s, Index i) const;
  /// Sites of one colour do not interact, so that they can be updated together.
  [[nodiscard]] const std::vector<int>& colours() const { return *colours_; }
  /// Of the graph; null where its spins cannot be strings.
  [[nodiscard]] const StringLattice* string_lattice() const {
    return packed_energy_.string_lattice();
  }
  /// The coupling matrix by rows.
  [[nodiscard]] const Adjacency& neighbours() const { return *adjacency_; }
  [[nodiscard]] const Graph& graph() const override { return graph_; }
  [[nodiscard]] double beta() const override { return beta_; }

 private:
  Graph graph_;
  double beta_;
  Lazy<Adjacency> adjacency_;
  Lazy<PlaquetteLists> plaquettes_;
  Lazy<std::vector<int>> colours_;
  SpinEnergy packed_energy_;
};

/// H of any configurations on a graph, (chains): also of real ones, where it is the
/// multilinear form.
[[nodiscard]] Column ising_energy(const Graph& graph, const Batch& s);

/// Throws UserError unless beta is finite and not negative.
void check_beta(double beta);

}  // namespace nmc
