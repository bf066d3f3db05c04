#pragma once

#include <memory>
#include <vector>

#include "core/options/options.hpp"
#include "core/parallel/threads.hpp"
#include "models/symmetry/flow_density.hpp"
#include "physics/system.hpp"
#include "samplers/population/path_annealing.hpp"

namespace nmc::drivers {

/// Where the trajectories of a sweep move.
enum class PathWalk {
  configurations,
  layers,  ///< behind as many layers of the start as of the path is done: a stochastic flow
  latent   ///< in the latent variables of the start
};

/// Where a path to a system of real numbers begins, and how it is walked.
struct PathStart {
  std::unique_ptr<const FlowDensity> narrow;  ///< whose layers the density has, of wider normals
  std::unique_ptr<const FlowDensity> density;
  Index leapfrog = 0;   ///< steps of the trajectory in a sweep; 0: none
  Index proposals = 0;  ///< draws of the start that are proposed in a sweep
  PathWalk walk = PathWalk::configurations;
};

/// Of [anneal]: the network of `start`, at the condition of the system, of normals of
/// `start_width`, or these themselves. UserError where it does not fit the system, or nothing would
/// move.
[[nodiscard]] std::unique_ptr<const PathStart> read_path_start(const Options& anneal,
                                                               const System& system);

/// Of [anneal]: places on the path from 0 to 1; empty where a pilot chooses them.
[[nodiscard]] std::vector<double> read_path_schedule(const Options& anneal);

/// All must outlive it.
[[nodiscard]] PathAnnealing path_annealing(const PathStart& start, const Target& target,
                                           const AnnealingOptions& options, const Threads& threads);

}  // namespace nmc::drivers
