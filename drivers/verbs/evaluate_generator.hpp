#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// nmc evaluate of a generator, a vae or a gan: --draws rows of it go to x of the output. It says
/// no density, so that nothing can be asked about rows that are given.
void evaluate_generator(const Invocation& call);

}  // namespace nmc::drivers
