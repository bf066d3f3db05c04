#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// The outcome of the Metropolis rule for a batch of proposals, (chains) each.
struct Verdict {
  Column probability;  ///< min[1, exp(log_ratio)], 0 where log_ratio is not finite
  Column accepted;     ///< 1 where the uniform of Purpose::accept lies below it
};

/// Accepts with min[1, exp(log_ratio)]. The uniforms of the chains are column `column` of the
/// streams, for steps that decide more than once.
[[nodiscard]] Verdict metropolis(const Column& log_ratio, const Streams& streams, Index column = 0);

/// Takes the rows of `proposal` where accepted is not 0. Caches that the state does not have are
/// left out.
void take_rows(const Column& accepted, const ChainState& proposal, ChainState& state);

/// 1 where the entry is not finite, (chains).
[[nodiscard]] Column not_finite(const Column& values);

/// Standard normal configurations times `width`, from the streams of Purpose::init.
[[nodiscard]] Batch normal_start(const Streams& streams, Index chains, Index sites, double width);

/// Target and sampler agree on real configurations; `name` is the sampler's.
void require_real(const Target& target, const std::string& name);

}  // namespace nmc
