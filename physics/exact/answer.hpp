#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nmc {

/// One level of a density of states.
struct Level {
  double energy = 0;
  std::string states;  ///< exact count in decimal
};

/// Exact values of a system: totals; magnetisations per site, m = Σ s / N.
struct Exact {
  std::string method;
  double lnZ = 0;  ///< NaN of a quantum system, whose ground state alone is known
  std::optional<double> energy, heat, abs_m, m2, m4, ground_state_energy;
  /// φ⁴ alone: S/V and the mean of φ⁴ per site.
  std::optional<double> action, phi4;
  /// XY model alone: the helicity modulus along the first direction.
  std::optional<double> helicity_modulus;
  /// Quantum systems alone: from the ground state to the next one, and the mean of X per site.
  std::optional<double> gap, mx;
  /// lnZ + β⟨H⟩.
  std::optional<double> entropy;
  /// ⟨q²⟩ of two replicas, Σ_ij ⟨s_i s_j⟩² / N².
  std::optional<double> overlap_q2;
  /// Exact count in decimal; empty where it is not known.
  std::string ground_state_degeneracy;
  /// Levels that hold states, in ascending order; empty unless asked for.
  std::vector<Level> density_of_states;
  /// "abs_m, m2, m4: about 22 s": what nobody asked for and is not cheap; empty where nothing is.
  std::string left_out;
};

/// The exact values, or the reason why no method reaches the system.
struct ExactAnswer {
  std::optional<Exact> value;
  std::string reason;
};

/// abs_m, m2 and m4, for which most methods need a sum of its own; it may take ten times that of
/// lnZ. So does the number of ground states beyond 2^53, which is given unless that takes half a
/// second and not all was asked for.
enum class Moments {
  none,   ///< nobody needs them
  cheap,  ///< where they take half a second or less
  all,    ///< as far as the time goes
};

/// How far an exact solver may go. The default is what a report may cost without being asked.
struct ExactEffort {
  double cpu_seconds = 1.5;  ///< by a solver's own estimate, made before it starts
  int threads = 1;           ///< values are the same for any number
  bool density_of_states = false;
  Moments moments = Moments::all;
};

}  // namespace nmc
