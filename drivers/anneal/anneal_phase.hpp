#pragma once

#include <memory>

#include "drivers/anneal/anneal_file.hpp"
#include "drivers/run/session.hpp"
#include "samplers/population/annealing.hpp"

namespace nmc::drivers {

/// All that [anneal] stands for, made and checked before the first file is written.
struct AnnealPlan {
  System system;
  AnnealingOptions options;
  SpinAnnealing::MakeSampler make;
  std::vector<double> betas;  ///< as given; empty: a pilot chooses them
  double culling = 0;
  Index runs = 0;
  std::vector<const Observable*> observables;
};
[[nodiscard]] AnnealPlan make_anneal_plan(const Job& job, const Ranks& ranks);

/// Runs it, the runs dealt to the ranks in turn, and goes on from those that an earlier call has
/// left. Throws Interrupted after saving when the session must stop. Collective.
[[nodiscard]] AnnealData anneal_phase(const AnnealPlan& plan, Session& session);

}  // namespace nmc::drivers
