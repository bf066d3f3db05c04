#pragma once

#include "drivers/certify/check.hpp"
#include "drivers/certify/sampler_under_test.hpp"

namespace nmc::certify {

/// Support, πP = π, one closed class, and the same bits however chains are divided among
/// chunks and threads and through a stop.
[[nodiscard]] Checks certify_sampler(const SamplerUnderTest& sampler);

}  // namespace nmc::certify
