#pragma once

#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"

namespace nmc {

/// Where the chunks of a batch run.
struct Workers {
  const Ranks* ranks = nullptr;
  const Threads* threads = nullptr;
};

}  // namespace nmc
