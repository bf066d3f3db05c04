#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

int rg_verb(const Invocation& call);

}  // namespace nmc::drivers
