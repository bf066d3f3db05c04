#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/fields/lattice_field.hpp"
#include "core/roles/blocks.hpp"
#include "core/roles/condition.hpp"
#include "core/roles/control_variates.hpp"
#include "core/roles/operator.hpp"
#include "core/roles/spin_target.hpp"
#include "physics/exact/answer.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"

namespace nmc {

class AngleTarget;
class CoupledAngles;
class LabelTarget;
class PairLabels;
class SpinEnergies;

/// Between what the mean of an observable lies, by a theorem.
struct MeanBounds {
  std::string observable;
  double low = 0, high = 0;  ///< exact
  std::string theorem;       ///< a clause that says why, for a reader of the report
};

/// A target with what belongs to it. Observables and `auxiliary` point into it.
struct System {
  std::string name;
  std::string summary;         ///< "8x8 torus, 128 bonds, beta 0.44068679"
  std::vector<Index> extents;  ///< of the lattice, x first; (sites) where there is none known
  double beta = 1;
  /// Of the momenta that are the second half of its numbers; 0 where they are no phase space.
  double mass = 0;
  std::unique_ptr<const Target> target{};
  /// Of which the target is the density of block 0; null where there are none.
  const Blocks* auxiliary = nullptr;
  std::unique_ptr<const SpinTarget> auxiliary_spins{};  ///< block 1 of them, spins
  const SpinTarget* spins = nullptr;  ///< the target itself where its spins have known couplings
  /// The target itself where it is made of spins of which the energies alone are known.
  const SpinEnergies* spin_energies = nullptr;
  const LabelTarget* labels = nullptr;  ///< the target itself where it is made of labels
  const PairLabels* pairs = nullptr;    ///< the same where it is a sum over the bonds of a graph
  const AngleTarget* angles = nullptr;  ///< the target itself where it is made of angles
  const CoupledAngles* coupled_angles = nullptr;  ///< the same where its couplings are known
  const LatticeField* field = nullptr;            ///< the target itself where it is a local field
  /// Of a quantum system, whose target is the basis of its states until a wave function is known;
  /// null of all others.
  std::unique_ptr<const Operator> hamiltonian{};
  /// Its ground state over all 2^N states; bit i of a state's number is 1 where spin i is −1.
  /// UserError where there are too many of them, or where it is degenerate.
  std::function<Eigen::VectorXd()> ground_vector{};
  bool keeps_magnetisation = false;  ///< whether that commutes with the sum of Z
  /// Whether the density is exp(-beta E) with E the observable `energy`, so that -<E> is
  /// dlnZ/dbeta.
  bool is_boltzmann = false;
  /// The lattice of the configurations where plane waves are its modes, for correlation functions.
  Periodic periodic{};
  bool has_lattice = false;      ///< whether `extents` are those of a lattice
  bool has_edges = false;        ///< whether that is known to be open in a direction
  std::string lattice_advice{};  ///< how the system could come by one; may be empty
  /// Couplings that the keys of [system] do not spell out, random or from a file: a result holds
  /// them. Null where there are none.
  const Graph* disorder = nullptr;
  Observables observables{};
  std::vector<Derived> derived{};
  std::vector<std::string> default_observables{};
  /// Functions with mean 0 that reduce the variance of observables; null where there are none.
  std::unique_ptr<const ControlVariates> variates{};
  /// Observables whose means are known, by an identity or in closed form, with these means.
  std::vector<std::pair<std::string, double>> identities{};
  /// Means that are bounded, narrowly enough to tell that chains are where they should not be.
  std::vector<MeanBounds> mean_bounds{};
  /// How far the turn of one spin may move an observable at most, where it is known: a state that
  /// is too rare to have been drawn hides so much from a mean.
  std::vector<std::pair<std::string, double>> largest_steps{};
  /// Within the effort given; {} is what a report may spend.
  std::function<ExactAnswer(const ExactEffort&)> exact{};
  /// The same system at another inverse temperature; empty where the job's system has no beta.
  std::function<std::unique_ptr<System>(double beta)> at_beta{};
  /// What its family can change beside beta, as it is here: names with values.
  std::vector<std::pair<std::string, double>> parameters{};
};

/// The condition that a system is at, in the numbers of these ranges. UserError for a name that is
/// none of its own.
[[nodiscard]] Condition condition_of(const System& system,
                                     const std::vector<ConditionRange>& ranges);

}  // namespace nmc
