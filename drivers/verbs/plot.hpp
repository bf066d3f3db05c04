#pragma once

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// `nmc plot RUN --observable NAME -o FIGURE`: one figure, for a paper.
int plot_verb(const Invocation& call);

}  // namespace nmc::drivers
