#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// nmc evaluate of a Boltzmann machine, restricted or deep: visible units that are NaN in x are
/// drawn given the others, and what is known of ln p of the whole is written. The exit code: 4
/// where chains do not agree on what is missing.
[[nodiscard]] int evaluate_machine(const Invocation& call);

}  // namespace nmc::drivers
