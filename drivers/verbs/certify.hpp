#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// `nmc certify NAME`: holds a system, sampler, network or observable against its small sibling.
int certify_verb(const Invocation& call);

}  // namespace nmc::drivers
