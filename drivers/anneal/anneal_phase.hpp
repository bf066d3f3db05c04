#pragma once

#include <memory>

#include "core/roles/family.hpp"
#include "drivers/anneal/anneal_file.hpp"
#include "drivers/anneal/path_start.hpp"
#include "drivers/session/session.hpp"
#include "samplers/population/annealing.hpp"

namespace nmc::drivers {

/// All that [anneal] stands for, made and checked before the first file is written.
struct AnnealPlan {
  System system;
  AnnealingOptions options;
  std::unique_ptr<const TargetFamily> family;  ///< of what is known by its energies, else null
  Annealed annealed;                           ///< spins or labels
  Annealing::MakeSampler make;                 ///< of them
  std::unique_ptr<const PathStart> start;      ///< of real numbers, else null
  /// Inverse temperatures, or places on the path, as given; empty: a pilot chooses them.
  std::vector<double> betas;
  double culling = 0;
  Index runs = 0;
  std::vector<const Observable*> observables;
};
[[nodiscard]] AnnealPlan make_anneal_plan(const Job& job, const Ranks& ranks);

/// Runs it, the runs dealt to the ranks in turn, and goes on from those that an earlier call has
/// left. Throws Interrupted after saving when the session must stop. Collective.
[[nodiscard]] AnnealData anneal_phase(const AnnealPlan& plan, Session& session);

}  // namespace nmc::drivers
