#pragma once

#include "drivers/certify/check.hpp"
#include "drivers/certify/sampler_under_test.hpp"

namespace nmc::certify {

/// The sampler after a short warm-up, with its tuning frozen as that of measured chains is.
[[nodiscard]] catalog::SamplerParts tuned(const SamplerUnderTest& sampler);

/// Simulations that are divided otherwise, and one that stops and goes on.
void add_same_bits(const SamplerUnderTest& sampler, const std::string& subject, Checks& checks);

}  // namespace nmc::certify
