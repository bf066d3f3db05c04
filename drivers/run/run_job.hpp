#pragma once

#include <string>

#include "core/parallel/ranks.hpp"
#include "drivers/run/plan.hpp"

namespace nmc::drivers {

/// How a verb was called.
struct Launch {
  const Ranks& ranks;
  std::string command;  ///< the whole line, for the provenance
  Phases phases;
  bool restart = false;
  double seconds_before = 0;  ///< wall time that earlier tasks have used
};

/// Checks the job and its directory and makes what it stands for; writes nothing. Collective.
[[nodiscard]] Plan prepare_job(const Job& job, const Launch& launch);

/// Carries out the phases and publishes DIR/result.h5. Collective.
void run_job(const Job& job, Plan& plan, const Launch& launch);

}  // namespace nmc::drivers
