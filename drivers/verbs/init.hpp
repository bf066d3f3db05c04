#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

int init_verb(const Invocation& call);

}  // namespace nmc::drivers
