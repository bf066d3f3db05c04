#pragma once

#include <functional>

#include "core/archive/file.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/sample/sample_phase.hpp"

namespace nmc::drivers {

/// Who reads the draws back: threads, and `poll` before each piece, which may throw.
struct Readers {
  const Threads& threads;
  std::function<void()> poll;
};

/// What the draws have cost, as attributes: of /sample_stats `cpu_seconds` and `wall_seconds` of
/// the sampling, warm-up included, `steps_per_draw` and, of samplers that have them, the tuned
/// `step_size` and its `n_steps` leapfrog steps, and what warm-up has `fitted` in words; of every
/// observable `tau_int` with its error and `cpu_seconds_per_effective_draw`. The draws are in the
/// file already.
void write_costs(archive::File& file, const Sampled& sampled, const Plan& plan,
                 const Readers& readers);

}  // namespace nmc::drivers
