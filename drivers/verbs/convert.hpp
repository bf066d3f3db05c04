#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// `nmc convert IN OUT`: a graph file into another format.
int convert_verb(const Invocation& call);

}  // namespace nmc::drivers
