#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// `nmc reweight RUN [--beta LIST]`: a run or the runs of a sweep at temperatures that were not
/// sampled.
int reweight_verb(const Invocation& call);

}  // namespace nmc::drivers
