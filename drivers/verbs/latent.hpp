#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

int latent_verb(const Invocation& call);

}  // namespace nmc::drivers
